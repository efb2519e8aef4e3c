// The clips that were made: how far each is, played, downloaded, made again, deleted.

import { address, call } from "./api.js";
import { bar, button, card, empty, icon, tag } from "./controls.js";
import { Part, html, nothing, repeat } from "./part.js";
import { attempt } from "./problems.js";
import { store } from "./store.js";
import { currentLanguage, named, t } from "./words.js";

// What a clip is when nobody has chosen anything.
export const ORDER = {
  from: "text", text: "", sound: null, heard: null, voice: "", emotion: "", frame: "", shape: "square", rows: 1080, fps: 30, background: "", kind: "mp4",
  subtitles: false, character: "", name: "",
};

const TYPES = { mp4: 'video/mp4; codecs="avc1.64001f, mp4a.40.2"', webm: 'video/webm; codecs="vp9, opus"' };
const TONES = { waiting: "off", working: "wait", done: "good", failed: "bad", stopped: "off", interrupted: "wait" };
const GOES_ON = ["failed", "stopped", "interrupted"];

export const canPlay = (kind) => kind in TYPES && document.createElement("video").canPlayType(TYPES[kind]) !== "";

// The kind of a preview: one that this browser plays, transparent where the clip will be.
export const playable = (kind) => (kind === "mp4" && canPlay("mp4") ? "mp4" : "webm");

export function sizeOf(shape, rows) {
  const long = Math.round((rows * 8) / 9) * 2;
  return { square: `${rows}x${rows}`, wide: `${long}x${rows}`, tall: `${rows}x${long}` }[shape];
}

export function timeLeft({ left_s: left }) {
  if (typeof left !== "number") return "";
  return left > 90 ? t("left.min", { n: Math.round(left / 60) }) : t("left.s", { n: Math.round(left) });
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;
const bytes = (count) => (count >= 1e9 ? `${(count / 1e9).toFixed(1)} GB` : count >= 1e6 ? `${(count / 1e6).toFixed(1)} MB` : `${Math.ceil(count / 1e3)} kB`);

class Clips extends Part {
  static properties = { list: {}, playing: { state: true }, sure: { state: true } };

  constructor() {
    super();
    this.list = null;
    this.playing = "";
    this.sure = "";
  }

  ask(method, { id }, path = "") {
    return attempt(() => call(method, `/api/clips/${id}${path}`), "studio");
  }

  remove(clip) {
    if (this.sure !== clip.id) {
      this.sure = clip.id;
      return;
    }
    this.sure = "";
    this.ask("DELETE", clip);
  }

  render() {
    const waiting = store.state.clips?.waiting ?? 0;
    return card(t("clips.title"), html`
      ${this.list && !this.list.length ? empty("film", t("clips.none")) : nothing}
      <ul class="rows clips">${repeat(this.list ?? [], ({ id }) => id, (clip) => this.one(clip))}</ul>`,
    waiting ? tag("wait", t("clips.waiting", { n: waiting })) : nothing);
  }

  one(clip) {
    const { active } = store.state.clips ?? {};
    const now = active?.id === clip.id ? { ...clip, ...active } : clip;
    const file = `/api/clips/${clip.id}/file`;
    const shown = this.playing === clip.id;
    return html`<li class="row clip" data-clip=${clip.id} data-state=${now.state}><span class="ic ${TONES[now.state]}">${icon("film")}</span>
      <b>${clip.title}</b><span class="d">${this.detail(now)}</span>
      <span class="r">${clip.elsewhere ? tag("wait", t("clips.elsewhere")) : now.state === "done" ? html`
          ${canPlay(clip.settings.kind) ? button(shown ? "x" : "play", "", () => { this.playing = shown ? "" : clip.id; }, { kind: "tiny", label: t(shown ? "close" : "clips.play", { name: clip.title }) }) : nothing}
          <a class="btn tiny" href=${address(file, { download: 1 }).href} download=${clip.file_name} aria-label=${t("clips.download", { name: clip.title })}>${icon("download")}</a>`
        : tag(TONES[now.state], t(`clips.${now.state}`))}
        ${!clip.elsewhere && (now.state === "working" || now.state === "waiting") ? button("square", "", () => this.ask("POST", clip, "/stop"), { kind: "tiny", label: t("clips.stop", { name: clip.title }) }) : nothing}
        ${GOES_ON.includes(now.state) ? button("play", t("clips.resume"), () => this.ask("POST", clip, "/resume"), { kind: "tiny", label: t("clips.resume.name", { name: clip.title }) }) : nothing}
        ${button("rotate-ccw", "", () => this.again(clip), { kind: "tiny", label: t("clips.again", { name: clip.title }) })}
        ${clip.elsewhere ? nothing : button("trash-2", this.sure === clip.id ? t("own.sure") : "", () => this.remove(clip), { kind: "tiny ghost", label: t(this.sure === clip.id ? "clips.remove.sure" : "clips.remove", { name: clip.title }) })}</span>
      ${shown ? html`<video class="film checks" src=${address(file).href} controls autoplay playsinline aria-label=${clip.title}></video>` : nothing}</li>`;
  }

  detail(clip) {
    const { settings, made } = clip;
    if (clip.state === "working" && !clip.elsewhere) {
      const speed = clip.speed ? `${clip.speed.toFixed(1)} ×` : "";
      return html`${bar(clip.title, clip.progress)}<span class="num">${[t(clip.stage ? `studio.stage.${clip.stage}` : "studio.stage.begins"), `${Math.round(100 * clip.progress)} %`, speed, timeLeft(clip)].filter(Boolean).join(" · ")}</span>`;
    }
    const look = [
      settings.size.replace("x", " × "), settings.fps === 30 ? "" : t("rate", { n: settings.fps }), settings.kind.toUpperCase(), settings.voice, settings.emotion && named("emotion", settings.emotion),
      settings.frame && t(`studio.frame.${settings.frame}`), settings.character,
      settings.background === "none" ? "" : settings.background, settings.subtitles ? t("studio.subtitles") : "",
    ];
    const when = new Date(made * 1000).toLocaleString(currentLanguage(), { dateStyle: "short", timeStyle: "short" });
    const facts = clip.state === "done" ? [clock(clip.seconds), bytes(clip.size_bytes)] : [];
    return html`${clip.error ? html`<span class="fault">${clip.error}</span><br>` : nothing}${[...facts, ...look, when].filter(Boolean).join(" · ")}`;
  }
}

customElements.define("vt-clips", Clips);
