// All expressions, with the character's own faces; how strongly, how fast.

import { call } from "../api.js";
import { favourites, showEmotion } from "../acts.js";
import { card, head, range } from "../controls.js";
import { face } from "../faces.js";
import { setting } from "../fields.js";
import "../own.js";
import { Part, html, nothing } from "../part.js";
import { attempt } from "../problems.js";
import { changeSetting } from "../settings.js";
import { store } from "../store.js";
import { named, t } from "../words.js";

class ExpressionsPage extends Part {
  static properties = { find: { state: true }, strength: { state: true } };

  constructor() {
    super();
    this.find = "";
    this.strength = 1;
  }

  // The strength of what is shown, live while the slider moves.
  setStrength(value) {
    this.strength = value;
    const { emotion } = store.state;
    if (emotion && emotion !== "neutral") this.send(emotion, value);
  }

  send(name, strength) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => showAs(name, strength), 60);
  }

  render() {
    const names = ["neutral", ...store.emotions.filter((name) => name !== "neutral")];
    const wanted = this.find.toLowerCase();
    const shown = names.filter((name) => `${name} ${named("emotion", name)}`.toLowerCase().includes(wanted));
    const keys = favourites();
    const strength = store.state.emotion_strength ?? this.strength;
    return html`${head(t("nav.expressions"), t("expressions.line"))}
      ${card("", html`<div class="g2"><label class="sl"><span>${t("expressions.strength")}</span><output>${strength.toFixed(2)}</output>
        ${range(t("expressions.strength"), { value: strength, low: 0, high: 1, step: 0.05, slide: (value) => this.setStrength(value) })}</label>
        ${setting("emotion.ease_s", t("expressions.fade"))}</div>`)}
      ${card(t("expressions.all"), html`<div class="faces">${shown.map((name) => face(name, {
        key: keys.indexOf(name) + 1 || undefined, press: () => showEmotion(name, strength),
      }))}</div>${shown.length ? nothing : html`<p class="soft">${t("search.none")}</p>`}`,
      html`<label class="vh" for="find">${t("expressions.find")}</label><input class="in" id="find" type="search" placeholder=${t("expressions.find")}
        @input=${(event) => { this.find = event.target.value; }}>`)}
      ${card(t("stage.favourites"), this.favourites(keys))}
      <vt-own></vt-own>
      <vt-settings section="expressions"></vt-settings>`;
  }

  favourites(keys) {
    return html`<div class="keys">${keys.map((chosen, index) => html`<label class="f"><span>${t("expressions.key", { n: index + 1 })}</span>
      <select @change=${(event) => this.give(index, event.target.value)}>${store.emotions.map((name) => html`
        <option value=${name} .selected=${name === chosen}>${named("emotion", name)}</option>`)}</select></label>`)}</div>`;
  }

  // An expression has one key: what had it takes the other's.
  give(index, name) {
    const keys = [...favourites()];
    const other = keys.indexOf(name);
    if (other >= 0) keys[other] = keys[index];
    keys[index] = name;
    changeSetting(["emotion", "favourites"], keys);
  }
}

// Not a press: the same expression again must not become neutral.
const showAs = (name, strength) => attempt(() => call("PUT", "/api/emotion", { name, strength }), "expressions");

customElements.define("vt-expressions", ExpressionsPage);
