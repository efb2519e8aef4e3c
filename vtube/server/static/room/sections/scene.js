// The scene: framing, ground and effects, with what they cost.

import { button, card, head, icon, range } from "../controls.js";
import { setting } from "../fields.js";
import "../looks.js";
import { Part, html, nothing } from "../part.js";
import { changeSetting, wantedAt } from "../settings.js";
import { store } from "../store.js";
import { named, t } from "../words.js";

const GROUNDS = ["#00b140", "#0047bb", "#000000", "#ffffff", "none"];
// Each effect with its first option: default, lowest and highest. What is not named here is set by its SPEC.
const EFFECTS = {
  vignette: [0.5, 0, 1], bloom: [0.6, 0, 2], aberration: [0.004, 0, 0.02], scanlines: [0.35, 0, 1], banding: [0.15, 0, 1],
  noise: [0.15, 0, 1], grade: [1.1, 0, 2], tint: [1, 0, 1], translucency: [0.7, 0, 1], outline: [0.006, 0, 0.03],
  glow: [1, 0, 2], shadow: [0.45, 0, 1], pixelate: [0.015, 0.002, 0.05], posterize: [6, 2, 32], glitch: [0.6, 0, 1],
  tape: [0.6, 0, 1],
};

class ScenePage extends Part {
  render() {
    return html`${head(t("nav.scene"), t("scene.line"))}
      <div class="g2">${card(t("scene.framing"), html`<p class="soft small">${t("scene.drag")}</p>
          ${setting("scene.zoom", t("scene.zoom"))} ${setting("scene.x", t("scene.x"))} ${setting("scene.y", t("scene.y"))}
          ${setting("scene.rotation", t("scene.rotation"))}
          <div class="buttons">${button("rotate-ccw", t("scene.centre"), () => this.centre(), { kind: "tiny" })}</div>`)}
        ${card(t("scene.ground"), html`<p class="soft small">${t("scene.ground.line")}</p>
          <div class="swatches">${GROUNDS.map((one) => html`<button type="button" class="swatch" data-ground=${one}
            aria-pressed=${String(wantedAt(["scene", "background"]) === one)} aria-label=${t("scene.ground.to", { name: one })}
            @click=${() => changeSetting(["scene", "background"], one)}></button>`)}
          </div>${setting("scene.background", t("scene.ground.other"))}`)}</div>
      ${card(t("scene.effects"), this.effects(), this.total())}
      <vt-looks></vt-looks>
      <vt-settings section="scene"></vt-settings>`;
  }

  async centre() {
    for (const [name, value] of [["x", 0], ["y", 0], ["zoom", 1], ["rotation", 0]]) await changeSetting(["scene", name], value);
  }

  chain() {
    return wantedAt(["scene", "effects"]) ?? [];
  }

  put(chain, done = true) {
    changeSetting(["scene", "effects"], chain, done);
  }

  costOf(spec) {
    const found = (store.state.effects ?? []).find(({ effect }) => effect === spec);
    return found && typeof found.ms === "number" ? `${found.ms.toFixed(1)} ms` : "";
  }

  total() {
    const sum = (store.state.effects ?? []).reduce((all, { ms }) => all + (ms ?? 0), 0);
    return html`<span class="soft small num">${t("scene.cost", { ms: sum.toFixed(1) })}</span>`;
  }

  effects() {
    const chain = this.chain();
    const used = new Set(chain.map((spec) => spec.split(":")[0]));
    return html`${chain.length ? html`<ol class="rows">${chain.map((spec, index) => this.effect(spec, index))}</ol>`
        : html`<p class="soft">${t("scene.no.effects")}</p>`}
      <label class="f">${t("scene.add")}<select id="add-effect" @change=${(event) => this.add(event.target)}>
        <option value="">${t("scene.choose")}</option>
        ${Object.keys(EFFECTS).filter((name) => !used.has(name)).map((name) => html`<option value=${name}>${named("effect", name)}</option>`)}</select></label>`;
  }

  add(list) {
    if (list.value) this.put([...this.chain(), list.value]);
    list.value = "";
  }

  effect(spec, index) {
    const [name, option = ""] = spec.split(/:(.*)/s);
    const [usual, low, high] = EFFECTS[name] ?? [NaN, 0, 1];
    const amount = option === "" ? usual : Number(option);
    const words = named("effect", name);
    const chain = this.chain();
    const at = (value) => chain.map((one, place) => (place === index ? `${name}:${Number(value.toFixed(4))}` : one));
    const swap = (other) => this.put(chain.map((one, place) => (place === index ? chain[other] : place === other ? chain[index] : one)));
    return html`<li class="row" data-effect=${name}><span class="ic">${icon("wand-sparkles")}</span><b>${words}</b>
      <span class="d num">${this.costOf(spec)}</span><span class="r">
        ${Number.isFinite(amount) ? range(t("scene.amount", { name: words }), { value: amount, low, high, step: (high - low) / 100,
          slide: (value) => this.put(at(value), false), done: (value) => this.put(at(value)) }) : html`<code>${option}</code>`}
        ${index ? button("chevron-down", "", () => swap(index - 1), { kind: "tiny ghost up", label: t("scene.earlier", { name: words }) }) : nothing}
        ${button("x", "", () => this.put(chain.filter((_, place) => place !== index)), { kind: "tiny ghost", label: t("scene.remove", { name: words }) })}
      </span></li>`;
  }
}

customElements.define("vt-scene", ScenePage);
