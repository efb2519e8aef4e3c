// What she remembers of viewers: to be looked at, changed, saved, and forgotten.

import { call } from "./api.js";
import { button, card, download, icon } from "./controls.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed } from "./problems.js";
import { t } from "./words.js";

class Memory extends Part {
  static properties = { kept: { state: true }, sure: { state: true } };

  constructor() {
    super();
    this.kept = null;
    this.sure = ""; // the viewer whose forgetting was asked for once
  }

  async look() {
    this.sure = "";
    this.kept = await attempt(() => call("GET", "/api/memory"), "chat");
  }

  async forget(viewer, name) {
    if (this.sure !== viewer) {
      this.sure = viewer;
      return;
    }
    if (await attempt(() => call("POST", "/api/memory/forget", { viewer }), "chat")) confirmed(t("memory.forgotten", { name }));
    await this.look();
  }

  async drop(number) {
    await attempt(() => call("PUT", "/api/memory/fact", { number }), "chat");
    await this.look();
  }

  async change(fact, changes) {
    const { text, importance, viewer, pinned } = { ...fact, ...changes };
    const body = { number: fact.id, text: text.trim(), importance, viewer, pinned: Boolean(pinned) };
    if (body.text) await attempt(() => call("PUT", "/api/memory/fact", body), "chat");
    await this.look();
  }

  render() {
    const { kept } = this;
    return card(t("memory.title"), kept ? html`${this.viewers(kept)}${this.facts(kept)}` : html`<p class="soft">${t("memory.line")}</p>`, html`
      ${button("refresh-cw", t(kept ? "memory.again" : "memory.look"), () => this.look(), { kind: "tiny" })}
      ${kept ? button("download", t("memory.save"), () => download("vtube memory.json", JSON.stringify(kept, null, 2), "application/json"),
        { kind: "tiny" }) : nothing}`);
  }

  viewers({ enabled, viewers = [] }) {
    if (!viewers.length) return html`<p class="soft">${t(enabled === false ? "memory.off" : "memory.none")}</p>`;
    return html`<ul class="rows viewers">${viewers.map(({ viewer, name, messages, note }) => html`<li class="row"><span class="ic">${icon("user")}</span>
      <b>${name}</b><span class="d">${[t("memory.messages", { n: messages, viewer }), note].filter(Boolean).join(" · ")}</span>
      <span class="r">${button("trash-2", t(this.sure === viewer ? "memory.sure" : "memory.forget"), () => this.forget(viewer, name),
        { kind: "tiny", label: `${t(this.sure === viewer ? "memory.sure" : "memory.forget")}: ${name}` })}</span></li>`)}</ul>`;
  }

  facts({ facts = [] }) {
    if (!facts.length) return nothing;
    return html`<h4>${t("memory.facts")}</h4><ul class="rows facts-kept">${facts.map((fact) => html`<li class="row"><span class="ic">${icon("sparkles")}</span>
      <input aria-label=${t("memory.change", { text: fact.text })} maxlength="500" .value=${fact.text} @change=${(event) => this.change(fact, { text: event.target.value })}>
      <span class="d">${fact.viewer}</span><span class="r">
      ${button("save", t(fact.pinned ? "memory.pinned" : "memory.pin"), () => this.change(fact, { pinned: !fact.pinned }),
        { kind: fact.pinned ? "tiny" : "tiny ghost", label: `${t(fact.pinned ? "memory.pinned" : "memory.pin")}: ${fact.text}` })}
      ${button("trash-2", "", () => this.drop(fact.id ?? fact.number), { kind: "tiny ghost", label: t("memory.drop", { text: fact.text }) })}</span></li>`)}</ul>`;
  }
}

customElements.define("vt-memory", Memory);
