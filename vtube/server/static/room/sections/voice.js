// The voice: what moves the mouth, and what speaks.

import { call } from "../api.js";
import { about, button, card, copyCommand, copyable, empty, fix, head, icon, level, segments, tag, toggle } from "../controls.js";
import { setting } from "../fields.js";
import { soundOf } from "../lamps.js";
import { Part, html, nothing } from "../part.js";
import { attempt } from "../problems.js";
import { changeSetting, wantedAt } from "../settings.js";
import { store } from "../store.js";
import { say } from "../acts.js";
import { currentLanguage, said, t } from "../words.js";

const languageName = (code) => new Intl.DisplayNames([currentLanguage()], { type: "language" }).of(code);
const VOWELS = ["aaa", "iii", "uuu", "eee", "ooo"];

class VoicePage extends Part {
  static properties = { inputs: { state: true }, voices: { state: true }, listening: { state: true }, deaf: { state: true } };

  constructor() {
    super();
    this.inputs = null;
    this.voices = null;
    this.listening = false;
    this.deaf = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen();
    this.askVoices();
  }

  async listen() {
    this.listening = true;
    const answer = await attempt(() => call("GET", "/api/sound"), "voice");
    this.inputs = answer?.inputs ?? this.inputs;
    this.deaf = !answer;
    this.listening = false;
  }

  async askVoices() {
    this.voices = (await attempt(() => call("GET", "/api/voices"), "voice"))?.voices ?? null;
  }

  render() {
    return html`${head(t("nav.voice"), t("voice.line"))}
      <div class="g2">${this.ear()}${this.mouth()}</div>${this.queue()}<vt-settings section="voice"></vt-settings>`;
  }

  ear() {
    const audio = wantedAt(["audio"]) ?? "none";
    const present = soundOf(store.state);
    const right = button("refresh-cw", t("voice.listen"), () => this.listen(), { kind: "tiny", disabled: this.listening });
    return card(t("voice.listens"), html`
      ${present?.state === "failed" ? fix("bad", said(present.detail), copyCommand(present.detail)) : nothing}
      ${this.listening && !this.inputs ? html`<p class="soft" role="status">${t("voice.listening")}</p>` : nothing}
      ${this.deaf && !this.listening ? fix("bad", t("voice.deaf")) : nothing}
      ${this.inputs && !this.inputs.length ? empty("mic", t("voice.no.inputs")) : nothing}
      <div class="rows" role="radiogroup" aria-label=${t("voice.listens")}>
        ${[{ spec: "none", name: t("voice.nothing") }, ...(this.inputs ?? [])].map((one) => this.input(one, audio, present))}</div>
      ${this.vowels()}
      ${setting("lipsync.language", t("voice.language"))}
      ${setting("lipsync.sensitivity", t("voice.sensitivity"))} ${setting("lipsync.strength", t("voice.opens"))}
      <div class="setting"><span>${t("voice.policy")}</span>${segments(t("voice.policy"),
        ["voice", "face", "strongest"].map((one) => [one, t(`policy.${one}`)]), wantedAt(["mixer", "mouth_policy"]),
        (one) => changeSetting(["mixer", "mouth_policy"], one))}</div>`, right);
  }

  input({ spec, kind, name, level_db: heard }, audio, present) {
    const used = spec === audio || (audio === kind && present?.detail?.includes(name));
    const db = used && present ? store.meters.level_db ?? present.level_db : heard;
    return html`<label class="row choice"><input type="radio" name="audio" .checked=${used} @change=${() => changeSetting(["audio"], spec)}>
      <b>${kind === "loopback" ? t("voice.plays", { name }) : name}</b>
      <span class="d">${spec === "none" ? t("voice.nothing.line") : heard === null ? t("voice.cannot") : t(used ? "voice.used" : `voice.${kind}`)}</span>
      <span class="r">${spec === "none" ? nothing : level(name, db)}</span></label>`;
  }

  vowels() {
    const mouth = store.meters.mouth ?? {};
    return html`<div class="vowels" role="img" aria-label=${t("voice.vowels")}>${VOWELS.map((name) => html`
      <span>${name[0]}</span><meter min="0" max="1" .value=${mouth[name] ?? 0} aria-label=${name}></meter>`)}</div>`;
  }

  mouth() {
    const spec = wantedAt(["speech", "voice"]) ?? "auto";
    const kind = spec.split(":")[0];
    const chosen = this.voices?.find((one) => one.name === kind);
    const lacking = kind === "auto" ? this.lacking() : [];
    const known = this.voices?.some((one) => one.name === spec) ?? false;
    return card(t("voice.speaks"), html`
      <label class="f">${t("voice.voice")}<select id="voice-name" @change=${(event) => changeSetting(["speech", "voice"], event.target.value)}>
        ${known || !this.voices ? nothing : html`<option value=${spec} selected>${spec}</option>`}
        ${(this.voices ?? []).map((one) => html`<option value=${one.name} .selected=${one.name === spec}>
          ${one.name} · ${this.ready(one)}</option>`)}</select></label>
      ${chosen ? about(`voice.${chosen.name}`, chosen.help) : nothing}
      ${chosen?.ready === false ? fix("wait", t("voice.missing", { what: (chosen.missing ?? []).join(", ") || chosen.name }), copyable(chosen.command, t("copy.command", { command: chosen.command }))) : nothing}
      ${lacking.map(({ language, name, command }) => fix("wait", t("voice.auto.lacks", { language: languageName(language), name }), copyable(command, t("copy.command", { command }))))}
      ${setting("speech.speed", t("voice.speed"))} ${setting("speech.volume", t("voice.volume"))} ${setting("speech.device", t("voice.device"))}
      <div class="buttons">${button("play", t("voice.try"), () => say(t("voice.sample")))}</div>`,
    lacking.length ? tag("wait", t("voice.lacks.some")) : chosen ? tag(chosen.ready ? "good" : chosen.ready === null ? "off" : "wait", this.ready(chosen)) : nothing);
  }

  // The languages for which `auto` has no voice here, with the one that could be installed.
  lacking() {
    const here = (this.voices ?? []).filter(({ ready, command }) => ready || command);
    const languages = [...new Set(here.flatMap((one) => one.languages))];
    const without = languages.filter((language) => !here.some((one) => one.ready && one.languages.includes(language)));
    return without.map((language) => ({ language, ...here.find((one) => one.languages.includes(language)) }));
  }

  ready({ ready }) {
    return t(ready === null || ready === undefined ? "voice.unknown" : ready ? "voice.ready" : "voice.lacks");
  }

  queue() {
    const { speech = {} } = store.state;
    const { speaking, text, paused, waiting = [], failures = [] } = speech;
    const put = (method, path, body) => () => attempt(() => call(method, path, body), "voice");
    const idle = !speaking && !(speech.pending ?? []).length;
    return card(t("queue.title"), html`
      ${speech.device === null && speaking ? fix("wait", t("say.no.device")) : nothing}
      ${idle ? html`<p class="soft">${t("queue.empty")}</p>` : nothing}
      <ul class="rows">${speaking ? html`<li class="row"><span class="ic good">${icon("volume-2")}</span><b>${text}</b>
          <span class="d"></span><span class="r">${tag("good", t("queue.speaking"))}</span></li>` : nothing}
        ${waiting.map((one) => html`<li class="row"><span class="ic">${icon("message-circle")}</span><b>${one.text}</b>
          <span class="d">${t("queue.number", { n: one.number })}</span></li>`)}</ul>
      ${failures.length ? html`<details class="failures"><summary>${t("queue.failures", { n: failures.length })}</summary>
        <ul>${failures.map((one) => html`<li>${t("say.failed", { text: one.text, why: said(one.why) })}</li>`)}</ul></details>` : nothing}`,
    html`<div class="buttons">${toggle(t("queue.pause"), Boolean(paused), (on) => put("PUT", "/api/speech", { paused: on })())}
      ${button("skip-forward", t("queue.skip"), put("POST", "/api/speech/skip"), { kind: "tiny", disabled: idle })}
      ${button("square", t("queue.stop"), put("POST", "/api/speech/stop"), { kind: "tiny", disabled: idle })}</div>`);
  }
}

customElements.define("vt-voice", VoicePage);
