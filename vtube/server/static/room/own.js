// Expressions of the user's own: made of what is held in the poser, read from and written to SillyTavern's JSON.

import { call } from "./api.js";
import { showEmotion } from "./acts.js";
import { button, card, download } from "./controls.js";
import { face } from "./faces.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed } from "./problems.js";
import { store } from "./store.js";
import { t } from "./words.js";

const path = (name) => `/api/expressions/${encodeURIComponent(name)}`;

// The form that keeps what is held under a name; the poser has it, too.
class Keep extends Part {
  async keep(event) {
    event.preventDefault();
    const field = this.querySelector("input");
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    if (!(await attempt(() => call("PUT", path(name), store.state.held ?? {}), "expressions"))) return;
    field.value = "";
    confirmed(t("own.kept", { name }));
  }

  render() {
    const n = Object.keys(store.state.held ?? {}).length;
    return html`<form class="keep" @submit=${this.keep}><label class="vh" for="keep-name">${t("own.name")}</label>
      <input class="in" id="keep-name" maxlength="60" autocomplete="off" placeholder=${t("own.name")} ?disabled=${!n}>
      ${button("save", t("own.keep"), () => {}, { type: "submit", disabled: !n })}</form>
      ${n ? nothing : html`<p class="soft small">${location.hash === "#poser" ? t("stills.none.held")
        : html`${t("own.hold")} <a href="#poser">${t("nav.poser")}</a>`}</p>`}`;
  }
}

class Own extends Part {
  static properties = { sure: { state: true } };

  constructor() {
    super();
    this.sure = "";
  }

  async remove(name) {
    if (this.sure !== name) {
      this.sure = name;
      return;
    }
    this.sure = "";
    if (await attempt(() => call("DELETE", path(name)), "expressions")) confirmed(t("own.removed", { name }));
  }

  async read(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const answer = await attempt(async () => {
      const values = JSON.parse(await file.text().then((text) => text.replace(/^\uFEFF/, "")));
      return call("POST", "/api/expressions", values);
    }, "expressions");
    if (answer) confirmed(t("own.read", { n: answer.names.length }));
  }

  async write(query, name) {
    const values = await attempt(() => call("GET", `/api/expressions${query}`), "expressions");
    if (values) download(name, `${JSON.stringify(values, null, 2)}\n`, "application/json");
  }

  render() {
    const names = store.state.expressions ?? [];
    return card(t("own.title"), html`
      ${names.length ? html`<ul class="faces own">${names.map((name) => html`<li>${face(name, { press: () => showEmotion(name) })}
        ${button("trash-2", this.sure === name ? t("own.sure") : "", () => this.remove(name),
          { kind: "tiny ghost", label: t(this.sure === name ? "own.remove.sure" : "own.remove", { name }) })}</li>`)}</ul>`
        : html`<p class="soft">${t("own.none")}</p>`}
      <vt-keep></vt-keep>`, html`
      <label class="btn tiny" for="own-file">${t("own.import")}</label>
      <input class="vh" type="file" id="own-file" accept=".json,application/json" @change=${(event) => this.read(event)}>
      ${button("download", t("own.export"), () => this.write("", "expressions.json"), { kind: "tiny", disabled: !names.length })}
      ${button("download", t("own.export.all"), () => this.write("?all=1", "_emotions.json"), { kind: "tiny" })}`);
  }
}

customElements.define("vt-keep", Keep);
customElements.define("vt-own", Own);
