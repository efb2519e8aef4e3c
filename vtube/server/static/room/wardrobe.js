// The wardrobe: characters kept by name, changed into by a press.

import { address, call } from "./api.js";
import { button, card, tag } from "./controls.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed } from "./problems.js";
import { store } from "./store.js";
import { t } from "./words.js";

const path = (name) => `/api/characters/${encodeURIComponent(name)}`;

// Keep a picture, or without one the character on air; whether it is kept.
export async function keep(name, { file, force = false, head = "" } = {}) {
  const query = new URLSearchParams({ ...(force ? { force: 1 } : {}), ...(head ? { head } : {}) });
  const answer = await attempt(() => call("PUT", `${path(name)}?${query}`, file), "character");
  if (answer) confirmed(t("wardrobe.kept", { name }));
  document.querySelector("vt-wardrobe")?.ask();
  return Boolean(answer);
}

class Wardrobe extends Part {
  static properties = { list: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.list = [];
    this.busy = "";
    this.seen = null;
  }

  // What is on air and how far the puppets are is asked anew when the state tells of another one.
  updated() {
    const { character, puppet } = store.state;
    const now = `${store.link} ${character} ${puppet?.state}`;
    if (now === this.seen) return;
    this.seen = now;
    if (store.link === "live") this.ask();
  }

  async ask() {
    const answer = await attempt(() => call("GET", "/api/characters"), "character");
    if (answer) this.list = answer.characters;
  }

  async put(name) {
    this.busy = name;
    const answer = await attempt(() => call("PUT", "/api/characters", { name }), "character");
    if (answer) confirmed(t("character.on", { name }));
    this.busy = "";
    await this.ask();
  }

  async remove(name) {
    await attempt(() => call("DELETE", path(name)), "character");
    await this.ask();
  }

  render() {
    return card(t("wardrobe.title"), this.list.length ? html`<ul class="wardrobe">${this.list.map((one) => this.one(one))}</ul>`
      : html`<p class="soft">${t("wardrobe.empty")}</p>`);
  }

  one({ name, digest, puppet, on_air: onAir }) {
    return html`<li><img class="checks" loading="lazy" src=${address(path(name), { v: digest.slice(0, 8) })} alt="">
      <div><b>${name}</b>${onAir ? tag("good", t("stage.live")) : nothing}
        <p class="soft small">${t(puppet ? `wardrobe.${puppet}` : "wardrobe.none")}</p></div>
      <div class="buttons">${onAir ? nothing : button("radio", t("character.show"), () => this.put(name),
        { kind: "tiny", disabled: Boolean(this.busy), label: t("wardrobe.show", { name }) })}
        ${button("trash-2", "", () => this.remove(name), { kind: "tiny", label: t("wardrobe.remove", { name }) })}</div></li>`;
  }
}

customElements.define("vt-wardrobe", Wardrobe);
