// The character: a picture is checked first and goes on air by a press alone.

import { call, latest } from "../api.js";
import { bar, button, card, fix, head, icon, tag } from "../controls.js";
import "../headbox.js";
import { Part, html, nothing } from "../part.js";
import { nameOf } from "../path.js";
import { attempt, confirmed } from "../problems.js";
import { store } from "../store.js";
import { keep } from "../wardrobe.js";
import { aboutOf, t } from "../words.js";

class CharacterPage extends Part {
  static properties = { chosen: { state: true }, busy: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.chosen = null; // { file, url, head, told: what was said about it, refused }
    this.busy = "";
    this.over = false;
    this.ask = latest(() => this.check());
    this.drops = {
      dragover: (event) => { event.preventDefault(); this.over = true; },
      dragleave: (event) => { if (!event.relatedTarget) this.over = false; },
      drop: (event) => { event.preventDefault(); this.over = false; this.take(event.dataTransfer.files[0]); },
    };
  }

  connectedCallback() {
    super.connectedCallback();
    for (const [name, act] of Object.entries(this.drops)) document.addEventListener(name, act);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const [name, act] of Object.entries(this.drops)) document.removeEventListener(name, act);
    this.forget();
  }

  forget() {
    if (this.chosen) URL.revokeObjectURL(this.chosen.url);
    this.chosen = null;
  }

  take(file) {
    this.forget();
    if (!file) {
      confirmed(t("character.no.file"));
      return;
    }
    this.chosen = { file, url: URL.createObjectURL(file), head: "", told: null, refused: "" };
    this.ask();
  }

  // Ask what would come of it, without touching the air; an answer to what is no longer asked is dropped.
  async check() {
    const asked = this.chosen;
    if (!asked) return;
    const { file, head: box } = asked;
    let found;
    try {
      found = { told: await call("PUT", this.path({ dry: 1, ...(box ? { head: box } : {}) }), file), refused: "" };
    } catch (error) {
      found = { told: null, refused: error instanceof TypeError ? t("away.asked") : error.message };
    }
    if (this.chosen === asked) this.chosen = { ...asked, ...found };
  }

  path(query) {
    return `/api/character?${new URLSearchParams({ name: this.chosen.file.name, ...query })}`;
  }

  moveHead({ x, y, size }) {
    this.chosen = { ...this.chosen, head: [x, y, size].map((one) => one.toFixed(1)).join(","), told: null };
    this.ask();
  }

  // A picture with a problem goes on air all the same where the words on the button said so.
  async show() {
    const { file, head: box, told } = this.chosen;
    this.busy = t("character.preparing", { name: file.name });
    try {
      const query = { ...(told.fine ? {} : { force: 1 }), ...(box ? { head: box } : {}) };
      const answer = await call("PUT", this.path(query), file);
      confirmed(answer.result || t("character.on", { name: file.name }));
      this.forget();
    } catch (error) {
      this.chosen = { ...this.chosen, refused: error.message };
    }
    this.busy = "";
  }

  async keep(event, picture) {
    event.preventDefault();
    const field = event.target.elements.name;
    if (await keep(field.value.trim(), picture)) field.value = "";
  }

  async back() {
    this.busy = t("character.coming");
    const answer = await attempt(() => call("POST", "/api/character/back"), "character");
    if (answer) confirmed(t("character.on", { name: answer.character }));
    this.busy = "";
  }

  render() {
    return html`${head(t("nav.character"), t("character.line"), html`<label class="btn main">${icon("upload")}${t("character.choose")}
        <input type="file" class="vh" accept="image/*" id="file" @change=${(event) => { this.take(event.target.files[0]); event.target.value = ""; }}>
      </label>`)}
      ${this.over ? html`<div class="dropping">${icon("upload")}<p>${t("character.drop")}</p></div>` : nothing}
      ${this.chosen ? this.candidate() : card("", html`<div class="empty">${icon("user")}<p>${t("character.drop.here")}</p>
        <p class="soft small">${t("character.needs")}</p></div>`)}
      ${this.present()} ${this.learning(store.state.puppet)}
      <vt-settings section="character"></vt-settings>`;
  }

  candidate() {
    const { file, url, told, refused } = this.chosen;
    const label = t("character.candidate", { name: file.name });
    return card(file.name, html`<div class="candidate">
      <div><vt-headbox .src=${url} .label=${label} .box=${told?.head ?? null} .moved=${(box) => this.moveHead(box)}></vt-headbox>
        ${told?.head ? html`<p class="soft small">${t("character.head.help")}</p>` : nothing}</div>
      <div>${refused ? fix("bad", refused) : this.told(told)}
        ${this.busy ? this.waiting(this.busy) : html`<div class="buttons">
          ${told ? button("radio", t(told.fine ? "character.show" : "character.force"), () => this.show(), { kind: told.fine ? "main" : "" }) : nothing}
          ${button("x", t("character.forget"), () => this.forget())}</div>
          ${told ? this.keeping(file.name.replace(/\.\w+$/, ""), { file, head: this.chosen.head, force: !told.fine }) : nothing}`}</div></div>`);
  }

  told(told) {
    if (!told) return this.waiting(t("character.checking"));
    return html`<p class="soft">${t("character.not.yet")}</p>
      <ul class="notes">${told.notes.map(({ code, severity, text }) => html`<li class=${severity}>
        ${icon(severity === "problem" ? "triangle-alert" : "check")}${this.note(code, text)}</li>`)}</ul>
      <img class="preview" src=${told.preview} alt=${t("character.poses")}>`;
  }

  note(code, words) {
    const { text, lang } = aboutOf(`note.${code}`, words);
    return html`<span lang=${lang}>${text}</span>`;
  }

  waiting(words) {
    return html`<p role="status">${words}</p><progress aria-label=${words}></progress>`;
  }

  keeping(name, picture) {
    return html`<form class="buttons keep" @submit=${(event) => this.keep(event, picture)}>
      <input class="in" name="name" required maxlength="40" .value=${name} aria-label=${t("wardrobe.name")} placeholder=${t("wardrobe.name")}>
      ${button("save", t("wardrobe.keep"), undefined, { type: "submit" })}</form>`;
  }

  present() {
    const { state } = store;
    return html`${card(t("character.now"), html`<dl class="facts"><div><dt>${t("character.name")}</dt><dd>${nameOf(state)}</dd></div>
      <div><dt>${t("speed.engine")}</dt><dd>${state.engine}</dd></div></dl>${this.keeping("", { force: true })}`,
    button("undo-2", t("character.back"), () => this.back(), {
      kind: "tiny", disabled: Boolean(this.busy) || !state.former, title: state.former ? nameOf({ character: state.former }) : undefined,
    }))}
      <vt-wardrobe></vt-wardrobe>`;
  }

  learning(puppet = {}) {
    const { state, progress, seconds_left: left, reason, stage } = puppet;
    if (state === "failed") return fix("bad", t("puppet.failed", { reason }));
    if (state !== "baking" && state !== "coarse") return nothing;
    const waits = typeof stage === "string" && stage.startsWith("waiting");
    const time = typeof left !== "number" || waits ? "" : left > 90 ? t("left.min", { n: Math.round(left / 60) }) : t("left.s", { n: Math.round(left) });
    return card(t("puppet.title"), html`<p>${t(waits ? "puppet.waits" : `puppet.${state}`)}</p>${bar(t("puppet.title"), progress)}
      <p class="soft small">${Math.round(100 * (progress ?? 0))} % ${time ? `· ${time}` : ""} ${stage ? `· ${stage}` : ""}</p>`,
    tag(waits ? "wait" : "good", t(waits ? "puppet.paused" : "puppet.working")));
  }
}

customElements.define("vt-character", CharacterPage);
