// Looks of the scene by name: kept, changed into, renamed, forgotten. They are settings and travel with these.

import { call } from "./api.js";
import { button, card, tag } from "./controls.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed } from "./problems.js";
import { isSame, loadKept, wantedAt } from "./settings.js";
import { store } from "./store.js";
import { named, t } from "./words.js";

const path = (name) => `/api/scenes/${encodeURIComponent(name)}`;
const PLAIN = ["frame", "zoom", "x", "y", "rotation", "background", "effects"];

// Whether the scene shows all that a look asks for.
function isShown(look) {
  const scene = store.settings?.scene ?? {};
  const said = (value) => value !== null && value !== undefined;
  const overlay = Object.entries(look.overlay ?? {}).filter(([, value]) => said(value));
  return PLAIN.every((key) => !said(look[key]) || isSame(look[key], scene[key]))
    && overlay.every(([key, value]) => isSame(value, scene.overlay?.[key]))
    && (!said(look.size) || look.size === `${scene.width}x${scene.height}`);
}

const wordsOf = (look) => [
  look.frame, look.size, look.effects?.map((one) => named("effect", one.split(":")[0])).join(", "), look.background,
].filter(Boolean).join(" · ");

async function ask(method, where, body) {
  const answer = await attempt(() => call(method, where, body), "scene");
  await loadKept();
  return answer;
}

class Looks extends Part {
  static properties = { renaming: { state: true }, sure: { state: true } };

  constructor() {
    super();
    this.renaming = this.sure = "";
  }

  async keep(event) {
    event.preventDefault();
    const field = this.querySelector("#look-name");
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    if (!(await ask("POST", "/api/scenes", { name }))) return;
    field.value = "";
    confirmed(t("looks.kept", { name }));
  }

  async show(name) {
    if (!(await ask("PUT", "/api/scene", { name }))) return;
    if (Object.keys(store.waiting?.scene ?? {}).length) confirmed(t("settings.restart"));
  }

  async rename(event, name) {
    event.preventDefault();
    const wanted = event.target.querySelector("input").value.trim();
    if (wanted && wanted !== name && !(await ask("PATCH", path(name), { name: wanted }))) return;
    this.renaming = "";
  }

  async begin(name) {
    this.renaming = name;
    await this.updateComplete;
    this.querySelector("#look-new-name")?.select();
  }

  async remove(name) {
    if (this.sure !== name) {
      this.sure = name;
      return;
    }
    this.sure = "";
    if (await ask("DELETE", path(name))) confirmed(t("own.removed", { name }));
  }

  render() {
    const looks = Object.entries(wantedAt(["scene", "presets"]) ?? {});
    return card(t("looks.title"), html`
      ${looks.length ? html`<ul class="rows">${looks.map(([name, look]) => this.row(name, look))}</ul>` : html`<p class="soft">${t("looks.none")}</p>`}
      <form class="keep" @submit=${this.keep}><label class="vh" for="look-name">${t("looks.name")}</label>
        <input class="in" id="look-name" maxlength="40" autocomplete="off" placeholder=${t("looks.name")}>
        ${button("save", t("looks.keep"), () => {}, { type: "submit" })}</form>
      ${looks.length ? html`<p class="soft small">${t("looks.keys", { action: `scene:${looks[0][0]}` })}</p>` : nothing}`);
  }

  row(name, look) {
    if (this.renaming === name) {
      return html`<li class="row"><form class="keep" @submit=${(event) => this.rename(event, name)}>
        <input class="in" id="look-new-name" maxlength="40" aria-label=${t("looks.new.name", { name })} .value=${name}>
        ${button("check", t("looks.rename"), () => {}, { kind: "tiny", type: "submit" })}
        ${button("x", "", () => { this.renaming = ""; }, { kind: "tiny ghost", label: t("close") })}</form></li>`;
    }
    const shown = isShown(look);
    const sure = this.sure === name;
    return html`<li class="row look" data-look=${name}><b>${name}</b><span class="d">${wordsOf(look)}</span><span class="r">
      ${shown ? tag("good", t("looks.shown")) : button("play", t("looks.show"), () => this.show(name), { kind: "tiny", label: t("looks.show.name", { name }) })}
      ${button("pencil", "", () => this.begin(name), { kind: "tiny ghost", label: t("looks.rename.name", { name }) })}
      ${button("trash-2", sure ? t("own.sure") : "", () => this.remove(name),
        { kind: "tiny ghost", label: t(sure ? "own.remove.sure" : "own.remove", { name }) })}</span></li>`;
  }
}

customElements.define("vt-looks", Looks);
