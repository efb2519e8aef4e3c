// The Studio: a video of a text or a sound, made in the background; a preview first, and the earlier ones below.

import { address, call } from "../api.js";
import { ORDER, playable, sizeOf, timeLeft } from "../clips.js";
import { bar, button, card, head, icon, segments, tag, toggle } from "../controls.js";
import { Part, html, nothing } from "../part.js";
import { nameOf } from "../path.js";
import { attempt, confirmed } from "../problems.js";
import { store } from "../store.js";
import { named, t } from "../words.js";

const UPLOAD_MS = 900_000;
const AGAIN_MS = 3_000; // how often one looks how far another program is
const SHAPES = ["square", "wide", "tall"];
const FRAMINGS = ["", "full", "bust", "face"];
const GROUNDS = { "#00b140": "ground.green", "#000000": "ground.black", "#ffffff": "ground.white" };
const VIDEOS = ["mp4", "webm", "mov", "mkv"];

let wish = { ...ORDER }; // what is chosen stays while one looks at other sections

class StudioPage extends Part {
  static properties = {
    list: { state: true }, voices: { state: true }, wardrobe: { state: true }, busy: { state: true }, over: { state: true }, preview: { state: true },
  };

  constructor() {
    super();
    this.list = null;
    this.voices = [];
    this.wardrobe = [];
    this.busy = "";
    this.over = false;
    this.preview = null; // the id of the one that was asked for here
    this.seen = null;
    this.drops = {
      dragover: (event) => { event.preventDefault(); this.over = true; },
      dragleave: (event) => { if (!event.relatedTarget) this.over = false; },
      drop: (event) => { event.preventDefault(); this.over = false; this.take(event.dataTransfer.files[0]); },
    };
  }

  connectedCallback() {
    super.connectedCallback();
    for (const [name, act] of Object.entries(this.drops)) document.addEventListener(name, act);
    call("GET", "/api/voices").then(({ voices }) => { this.voices = voices; }).catch(() => {});
    call("GET", "/api/characters").then(({ characters }) => { this.wardrobe = characters; }).catch(() => {});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const [name, act] of Object.entries(this.drops)) document.removeEventListener(name, act);
    clearTimeout(this.later);
  }

  // The list is asked for anew when the state tells of another one.
  updated() {
    const now = `${store.link} ${store.state.clips?.revision}`;
    if (now === this.seen || store.link !== "live") return;
    this.seen = now;
    this.ask();
  }

  async ask() {
    const answer = await attempt(() => call("GET", "/api/clips"), "studio");
    if (answer) this.list = answer.clips;
    clearTimeout(this.later);
    if (this.list?.some(({ elsewhere }) => elsewhere) && this.isConnected) this.later = setTimeout(() => this.ask(), AGAIN_MS);
  }

  set(values) {
    wish = { ...wish, ...values };
    this.requestUpdate();
  }

  async take(file) {
    if (!file) return;
    this.busy = t("studio.uploading", { name: file.name });
    const path = `/api/clips/sounds?${new URLSearchParams({ name: file.name.slice(-200) })}`;
    const answer = await attempt(() => call("POST", path, file, UPLOAD_MS), "studio");
    this.busy = "";
    if (answer) this.set({ from: "sound", sound: answer.sound, heard: { name: file.name, seconds: answer.seconds } });
  }

  order() {
    const { from, text, sound, heard, voice, emotion, frame, shape, rows, fps, background, kind, subtitles, character, name } = wish;
    const said = from === "text" ? { text, voice: voice || null, subtitles } : { sound };
    return {
      ...said, emotion, frame: frame || null, size: sizeOf(shape, rows), fps, kind, character: character || null, background: background || null,
      name: name.trim() || (from === "sound" ? heard.name.replace(/\.\w+$/, "").slice(0, 60) : ""),
    };
  }

  async make(preview) {
    const order = this.order();
    const kind = preview ? playable(order.kind) : order.kind;
    this.busy = t(preview ? "studio.preview.begins" : "studio.begins");
    const answer = await attempt(() => call("POST", "/api/clips", { ...order, kind, preview }), "studio");
    this.busy = "";
    if (!answer) return;
    if (preview) this.preview = answer.clip.id;
    else confirmed(t("studio.waits"));
  }

  // The settings of an earlier clip, for another one like it.
  async again({ id }) {
    const clip = await attempt(() => call("GET", `/api/clips/${id}`), "studio");
    if (!clip) return;
    const { settings } = clip;
    const [width, height] = settings.size.split("x").map(Number);
    this.set({
      ...Object.fromEntries(Object.keys(ORDER).filter((key) => key in settings).map((key) => [key, settings[key] ?? ORDER[key]])),
      from: settings.sound ? "sound" : "text", heard: settings.sound ? { name: clip.title, seconds: null } : null,
      shape: width > height ? "wide" : width < height ? "tall" : "square", rows: Math.min(width, height),
    });
    this.querySelector("h2").scrollIntoView();
    this.querySelector("#clip-text")?.focus();
  }

  render() {
    const clips = (this.list ?? []).filter(({ preview }) => !preview);
    return html`${head(t("nav.studio"), t("studio.line", { name: nameOf(store.state) }))}
      ${this.over ? html`<div class="dropping">${icon("upload")}<p>${t("studio.drop")}</p></div>` : nothing}
      ${this.form()} ${this.shown()}
      <vt-clips .list=${this.list && clips} .again=${(clip) => this.again(clip)}></vt-clips>`;
  }

  form() {
    const ready = wish.from === "text" ? wish.text.trim() : wish.sound;
    return card(t("studio.new"), html`
      ${wish.from === "text" ? this.words() : this.heard()}
      <div class="g3">${wish.from === "text" ? this.choice("voice", t("voice.voice"), this.voiceOptions()) : nothing}
        ${this.choice("emotion", t("studio.emotion"), [["", t("studio.emotion.none")], ...store.emotions.filter((one) => one !== "neutral").map((one) => [one, named("emotion", one)])])}
        ${this.wardrobe.length ? this.choice("character", t("nav.character"), [["", t("studio.on.air")], ...this.wardrobe.map(({ name }) => [name, name])]) : nothing}</div>
      <div class="g2"><div class="f">${t("studio.framing")}${segments(t("studio.framing"), FRAMINGS.map((one) => [one, t(`studio.frame.${one || "scene"}`)]), wish.frame, (frame) => this.set({ frame }))}</div>
        <div class="f">${t("studio.shape")}${segments(t("studio.shape"), SHAPES.map((one) => [one, t(`studio.shape.${one}`)]), wish.shape, (shape) => this.set({ shape }))}</div></div>
      <div class="g3">${this.choice("rows", t("studio.rows"), [720, 1080, 1440].map((one) => [one, `${sizeOf(wish.shape, one).replace("x", " × ")}`]))}
        ${this.choice("fps", t("studio.fps"), [24, 30, 60].map((one) => [one, t("rate", { n: one })]))}
        ${this.choice("kind", t("record.kind"), VIDEOS.map((one) => [one, t(`video.${one}`)]))}
        ${this.choice("background", t("scene.ground"), [["", t(wish.kind === "mp4" ? "studio.ground.scene" : "studio.ground.none")], ...Object.entries(GROUNDS).map(([one, words]) => [one, t(words)])])}
        <label class="f">${t("studio.name")}<input class="in" id="clip-name" maxlength="60" .value=${wish.name} @input=${(event) => this.set({ name: event.target.value })}></label>
        ${wish.from === "text" ? html`<div class="f">${toggle(t("studio.subtitles"), wish.subtitles, (subtitles) => this.set({ subtitles }))}</div>` : nothing}</div>
      <div class="buttons">${button("play", t("studio.preview"), () => this.make(true), { disabled: !ready || Boolean(this.busy) })}
        ${button("film", t("studio.make"), () => this.make(false), { kind: "main", disabled: !ready || Boolean(this.busy) })}
        ${this.busy ? html`<p class="soft" role="status">${this.busy}</p>` : nothing}</div>`,
    segments(t("studio.from"), ["text", "sound"].map((one) => [one, t(`studio.${one}`)]), wish.from, (from) => this.set({ from })));
  }

  words() {
    return html`<label class="f">${t("studio.words")}<textarea class="in script" id="clip-text" rows="4" maxlength="50000" .value=${wish.text}
      placeholder=${t("studio.words.hint")} @input=${(event) => this.set({ text: event.target.value })}></textarea></label>`;
  }

  heard() {
    const { heard } = wish;
    const long = heard?.seconds ? ` · ${Math.floor(heard.seconds / 60)}:${String(Math.floor(heard.seconds % 60)).padStart(2, "0")}` : "";
    return html`<div class="empty">${icon("volume-2")}<p>${heard ? `${heard.name}${long}` : t("studio.drop.here")}</p>
      <label class="btn">${icon("upload")}${t("studio.choose")}<input type="file" class="vh" accept="audio/*,video/*" id="clip-sound"
        @change=${(event) => { this.take(event.target.files[0]); event.target.value = ""; }}></label></div>`;
  }

  choice(key, label, options) {
    const number = typeof ORDER[key] === "number";
    return html`<label class="f">${label}<select id=${`clip-${key}`} @change=${(event) => this.set({ [key]: number ? Number(event.target.value) : event.target.value })}>
      ${options.map(([value, words]) => html`<option value=${value} .selected=${value === wish[key]}>${words}</option>`)}</select></label>`;
  }

  voiceOptions() {
    const usual = store.settings?.speech?.voice ?? "auto";
    const ready = this.voices.filter((one) => one.ready !== false && one.name !== usual).map(({ name }) => name);
    const kept = wish.voice && !ready.includes(wish.voice) ? [wish.voice] : [];
    return [["", t("studio.voice.usual", { name: usual })], ...[...kept, ...ready].map((name) => [name, name])];
  }

  // The preview: how far it is, then playing.
  shown() {
    const clip = (this.list ?? []).find(({ id }) => id === this.preview);
    if (!clip) return nothing;
    const { active } = store.state.clips ?? {};
    const now = active?.id === clip.id ? active : clip;
    const right = button("x", "", () => { this.preview = null; call("DELETE", `/api/clips/${clip.id}`).catch(() => {}); }, { kind: "tiny ghost", label: t("close") });
    if (clip.state === "done") {
      return card(t("studio.preview"), html`<video class="film checks" id="clip-preview" src=${address(`/api/clips/${clip.id}/file`).href} controls autoplay loop playsinline
        aria-label=${t("studio.preview")}></video>`, html`${tag("good", t("studio.preview.first"))}${right}`);
    }
    if (clip.state === "failed") return card(t("studio.preview"), html`<p class="fault" role="alert">${clip.error}</p>`, right);
    return card(t("studio.preview"), html`${bar(t("studio.preview"), now.progress)}<p class="soft small">${t(now.stage ? `studio.stage.${now.stage}` : "studio.stage.begins")} ${timeLeft(now)}</p>`, right);
  }
}

customElements.define("vt-studio", StudioPage);
