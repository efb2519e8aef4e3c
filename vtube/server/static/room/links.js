// Links for a Stream Deck and whatever else can only open an address: made, copied while the token is known, taken away.

import { address, call } from "./api.js";
import { button, card, copyable, empty, icon } from "./controls.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed } from "./problems.js";
import { store } from "./store.js";
import { t } from "./words.js";

class Links extends Part {
  static properties = { list: { state: true }, made: { state: true }, actions: { state: true }, action: { state: true }, sure: { state: true } };

  constructor() {
    super();
    [this.list, this.actions] = [null, []];
    this.made = null; // the newest link, whose token nobody is told again
    this.action = "expression:joy";
    this.sure = "";
  }

  // Asked when the card appears and when the program is back.
  updated() {
    if (this.link === store.link) return;
    this.link = store.link;
    if (store.link === "live") this.ask();
  }

  async ask() {
    const [links, actions] = await Promise.all([
      attempt(() => call("GET", "/api/links"), "outputs"), attempt(() => call("GET", "/api/actions"), "outputs"),
    ]);
    if (links) this.list = links.links;
    if (actions) this.actions = actions.actions;
  }

  async make(event) {
    event.preventDefault();
    const field = this.querySelector("#link-name");
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    const answer = await attempt(() => call("POST", "/api/links", { name }), "outputs");
    if (!answer) return;
    field.value = "";
    this.made = { name, token: answer.token };
    await this.ask();
  }

  async remove({ key, name }) {
    if (this.sure !== key) {
      this.sure = key;
      return;
    }
    this.sure = "";
    if (this.made?.name === name) this.made = null;
    if (await attempt(() => call("DELETE", `/api/links/${key}`), "outputs")) confirmed(t("own.removed", { name }));
    await this.ask();
  }

  render() {
    return card(t("links.title"), html`<p class="soft small">${t("links.line")}</p>
      ${this.made ? this.newest(this.made) : nothing}
      ${this.list?.length ? html`<ul class="rows">${this.list.map((one) => this.row(one))}</ul>` : nothing}
      ${this.list?.length === 0 ? empty("link-2", t("links.none")) : nothing}
      <form class="keep" @submit=${this.make}><label class="vh" for="link-name">${t("links.name")}</label>
        <input class="in" id="link-name" maxlength="60" autocomplete="off" placeholder=${t("links.name")}>
        ${button("plus", t("links.make"), () => {}, { type: "submit" })}</form>`);
  }

  newest({ name, token }) {
    const where = new URL(`/api/do/${encodeURI(this.action)}`, address("/"));
    where.search = new URLSearchParams({ token });
    return html`<div class="made"><p>${t("links.once", { name })}</p>
      <label class="f">${t("links.action")}<input class="in" id="link-action" list="link-actions" autocomplete="off" .value=${this.action}
        @input=${(event) => { this.action = event.target.value; }}></label>
      <datalist id="link-actions">${this.actions.map((one) => html`<option value=${one}></option>`)}</datalist>
      ${copyable(where.href, t("links.copy"))}</div>`;
  }

  row(one) {
    const sure = this.sure === one.key;
    return html`<li class="row" data-link=${one.name}><span class="ic">${icon("link-2")}</span><b>${one.name}</b><span class="d">${t("links.kept")}</span>
      <span class="r">${button("trash-2", sure ? t("own.sure") : "", () => this.remove(one),
        { kind: "tiny ghost", label: t(sure ? "own.remove.sure" : "own.remove", { name: one.name }) })}</span></li>`;
  }
}

customElements.define("vt-links", Links);
