// Search over all settings and sections: Ctrl K.

import { icon } from "./controls.js";
import { idOf } from "./fields.js";
import { Part, html } from "./part.js";
import { fieldsOf, sectionOf } from "./settings.js";
import { aboutOf, groupName, settingName, t } from "./words.js";

const MOST = 12;

class Search extends Part {
  static properties = { query: { state: true } };

  constructor() {
    super();
    this.query = "";
  }

  open() {
    this.query = "";
    this.querySelector("dialog").showModal();
    this.querySelector("input").focus();
  }

  found() {
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const text = ({ path, schema }) => `${path.join(" ").replaceAll("_", " ")} ${settingName(path)} ${groupName(path.slice(0, -1))} ${schema.description ?? ""} ${aboutOf(path.join(".")).text}`.toLowerCase();
    return fieldsOf().filter((field) => words.every((word) => text(field).includes(word))).slice(0, MOST);
  }

  render() {
    const found = this.found();
    return html`<dialog class="search" aria-label=${t("search")} @click=${(event) => { if (event.target.localName === "dialog") event.target.close(); }}>
      <form method="dialog" @submit=${(event) => { event.preventDefault(); if (found[0]) this.go(found[0]); }}>
        <label class="vh" for="search-words">${t("search")}</label>${icon("search")}
        <input id="search-words" type="search" autocomplete="off" placeholder=${t("search.placeholder")} .value=${this.query}
          @input=${(event) => { this.query = event.target.value; }}></form>
      <ul>${found.map((field) => html`<li><button type="button" class="hit" @click=${() => this.go(field)}>
        <b>${settingName(field.path)}</b><small>${t(`nav.${sectionOf(field.path[0])}`)} › ${field.path.join(" › ")}</small>
        ${this.about(field)}</button></li>`)}</ul>
      ${this.query && !found.length ? html`<p class="soft">${t("search.none")}</p>` : ""}</dialog>`;
  }

  about({ path, schema }) {
    const { text, lang } = aboutOf(path.join("."), schema.description);
    return html`<span lang=${lang}>${text}</span>`;
  }

  async go({ path }) {
    this.querySelector("dialog").close();
    location.hash = sectionOf(path[0]);
    await new Promise((done) => setTimeout(done, 60));
    const row = document.querySelector(`.more [data-path="${path.join(".")}"]`);
    if (!row) return;
    row.closest("details").open = true;
    row.scrollIntoView({ block: "center" });
    (row.querySelector(`#${CSS.escape(idOf(path))}, input`) ?? row).focus();
  }
}

customElements.define("vt-search", Search);
