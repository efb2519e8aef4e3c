// The character: a picture is checked first and goes on air by a press alone.

import { call } from "../api.js";
import { bar, button, card, fix, head, icon, tag } from "../controls.js";
import { Part, html, nothing } from "../part.js";
import { nameOf } from "../path.js";
import { confirmed } from "../problems.js";
import { store } from "../store.js";
import { t } from "../words.js";

class CharacterPage extends Part {
  static properties = { chosen: { state: true }, busy: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.chosen = null; // { file, url, notes, problem }
    this.busy = "";
    this.over = false;
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
    this.chosen = { file, url: URL.createObjectURL(file), problem: "", refused: "" };
  }

  // A 409 is a problem with the picture: it may go on air all the same, by another press.
  async show(force = false) {
    const { file } = this.chosen;
    this.busy = t("character.preparing", { name: file.name });
    try {
      const answer = await call("PUT", `/api/character?name=${encodeURIComponent(file.name)}${force ? "&force=1" : ""}`, file);
      confirmed(answer.result || t("character.on", { name: file.name }));
      this.forget();
    } catch (error) {
      this.chosen = { ...this.chosen, [error.status === 409 ? "problem" : "refused"]: error.message };
    }
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
    const { file, url, problem, refused } = this.chosen;
    return card(file.name, html`<div class="candidate"><img class="checks" src=${url} alt=${t("character.candidate", { name: file.name })}>
      <div>${refused ? fix("bad", refused) : problem ? fix("wait", problem) : html`<p class="soft">${t("character.not.yet")}</p>`}
        ${this.busy ? html`<p role="status">${this.busy}</p><progress aria-label=${this.busy}></progress>` : html`<div class="buttons">
          ${refused ? nothing : button("radio", t(problem ? "character.force" : "character.show"), () => this.show(Boolean(problem)),
            { kind: problem ? "" : "main" })}
          ${button("x", t("character.forget"), () => this.forget())}</div>`}</div></div>`);
  }

  present() {
    const { state } = store;
    return card(t("character.now"), html`<dl class="facts"><div><dt>${t("character.name")}</dt><dd>${nameOf(state)}</dd></div>
      <div><dt>${t("speed.engine")}</dt><dd>${state.engine}</dd></div></dl>`);
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
