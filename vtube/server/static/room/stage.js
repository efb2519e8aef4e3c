// The stage: the live picture, what is done to it, eight expressions, and Say. It never scrolls away.

import { calibrate, calibration, favourites, freeze, isRecording, record, say, showEmotion, snapshot } from "./acts.js";
import { button, copyable, icon } from "./controls.js";
import { face } from "./faces.js";
import { isShown, lampsOf, sizeOf } from "./lamps.js";
import { Part, html, nothing, ref } from "./part.js";
import { nameOf } from "./path.js";
import { showPreview } from "./preview.js";
import { frameByHand } from "./framing.js";
import { store } from "./store.js";
import { t } from "./words.js";

const GROUNDS = ["checks", "black", "white", "green"];

class Stage extends Part {
  static properties = { ground: { state: true }, empty: { state: true } };

  constructor() {
    super();
    this.ground = "checks";
    this.empty = false;
    this.watch = this.watch.bind(this); // one and the same, or the picture would begin anew at each change
  }

  watch(canvas) {
    if (canvas === this.canvas) return;
    this.stop?.();
    this.canvas = canvas;
    this.stop = canvas ? showPreview(canvas) : null;
    if (canvas) frameByHand(canvas);
  }

  render() {
    const { state, link } = store;
    return html`
      <div class="view ${this.ground} ${state.on_air === false ? "off" : ""}">
        <canvas width="512" height="512" role="img" aria-label=${t("stage.picture", { name: nameOf(state) })}
          ${ref(this.watch)}></canvas>
        ${this.badges(state)} ${this.words(state)} ${this.overlay(state, link)}
        <div class="grounds" role="group" aria-label=${t("stage.ground")}>${GROUNDS.map((one) => html`
          <button type="button" class=${one} aria-pressed=${String(one === this.ground)} aria-label=${t(`ground.${one}`)}
            @click=${() => { this.ground = one; }}></button>`)}</div>
      </div>
      <ul class="lamps" aria-label=${t("path.label")}>${lampsOf(state, store.meters).map(({ name, tone, section, line }) => html`
        <li><a href="#${section}" class=${link === "live" ? tone : "off"} aria-label="${t(`nav.lamp.${name}`)}: ${link === "live" ? line : t(`link.${link}`)}"><i></i>${t(`nav.lamp.${name}`)}</a></li>`)}</ul>
      <div class="acts" ?inert=${link !== "live"}>
        ${this.act("crosshair", t("calibrate"), "C", calibrate, Boolean(calibration.left))}
        ${this.act(state.paused ? "play" : "pause", t(state.paused ? "unfreeze" : "freeze"), t("key.space"), freeze, state.paused)}
        ${this.act("camera", t("snapshot"), "P", snapshot)}
        ${this.act("circle-dot", this.recording(state), "R", () => record(), isRecording(state))}
      </div>
      <div class="strip" role="group" aria-label=${t("stage.favourites")} ?inert=${link !== "live"}>
        ${favourites().map((name, index) => face(name, { key: index + 1, press: () => showEmotion(name) }))}</div>
      ${this.say(state, link)}`;
  }

  act(picture, words, key, press, on) {
    return html`<button type="button" class="act" aria-pressed=${on === undefined ? nothing : String(Boolean(on))} @click=${press}>
      ${icon(picture)}<span>${words} <kbd>${key}</kbd></span></button>`;
  }

  recording(state) {
    if (!isRecording(state)) return t("record");
    const seconds = Math.floor(state.recording.sent / (state.fps || 30));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  badges(state) {
    const word = state.on_air === false ? "air.off" : isShown(state) ? "stage.live" : "stage.preview";
    const delay = typeof state.latency_ms === "number" ? `${Math.round(state.latency_ms)} ms` : "";
    return html`<span class="badge tl ${isShown(state) && state.on_air !== false ? "live" : ""}"><i></i>${t(word)}
      <small>${sizeOf(state)}</small></span>${delay ? html`<span class="badge tr">${delay}</span>` : nothing}`;
  }

  words({ speech, subtitle }) {
    const text = subtitle || speech?.text;
    return text ? html`<p class="speech" aria-live="off">${icon("volume-2")}<span>${text}</span></p>` : nothing;
  }

  overlay(state, link) {
    if (link === "away") {
      return html`<div class="cover" role="alert"><h3>${t("away.title")}</h3><p>${t("away.line")}</p>
        ${copyable("python run_vcam.py", t("away.copy"))}</div>`;
    }
    if (calibration.left) {
      return html`<div class="cover light" role="alert"><b class="count">${calibration.left}</b><p>${t("calibrate.look")}</p></div>`;
    }
    if (calibration.refused) {
      return html`<div class="cover" role="alert"><h3>${t("calibrate.refused")}</h3><p>${calibration.refused}</p></div>`;
    }
    if (link === "connecting" || !state.frames) return html`<div class="cover light"><p>${t("stage.first")}</p></div>`;
    return nothing;
  }

  say(state, link) {
    const { speaking, paused, pending = [], volume, device } = state.speech ?? {};
    const line = this.empty ? t("say.nothing")
      : paused && pending.length ? t("say.paused")
      : speaking && device === null ? t("say.no.device")
      : speaking && volume === 0 ? t("say.silent")
      : pending.length && !speaking ? t("say.preparing") : "";
    return html`<form class="say" id="say" ?inert=${link !== "live"} @submit=${(event) => this.speak(event)}>
        <label class="vh" for="say-text">${t("say")}</label>
        <input id="say-text" maxlength="5000" autocomplete="off" placeholder=${t("say.placeholder", { name: nameOf(state) })}>
        ${button("send", "", () => {}, { kind: "main", label: t("say"), type: "submit" })}</form>
      <p id="spoken" class="small" role="status">${line}</p>`;
  }

  async speak(event) {
    event.preventDefault();
    const field = this.querySelector("#say-text");
    const text = field.value.trim();
    this.empty = !text;
    if (text && (await say(text))) field.value = "";
  }
}

customElements.define("vt-stage", Stage);
