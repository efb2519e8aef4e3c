// The first steps: each turns green by itself.

import { address } from "../api.js";
import { copyable, icon, tag } from "../controls.js";
import { isShown, outputsLamp, sizeOf, soundOf, trackersOf } from "../lamps.js";
import { Part, html, nothing } from "../part.js";
import { nameOf } from "../path.js";
import { changeSetting } from "../settings.js";
import { store } from "../store.js";
import { t } from "../words.js";

const WAYS = [["iphone", "smartphone"], ["android", "smartphone"], ["webcam", "webcam"], ["mouse", "mouse-pointer-2"]];

const stepsOf = (state) => [
  { name: "character", done: Boolean(state.character) && state.engine !== "failed" },
  { name: "face", done: trackersOf(state).some((one) => one.state === "live") },
  { name: "voice", done: soundOf(state)?.state === "live" || Boolean(state.speech?.speaking) || heard(state) },
  { name: "obs", done: isShown(state) },
];

// Somebody has heard the voice in this visit.
let spoke = false;
const heard = (state) => {
  spoke ||= Boolean(state.speech?.speaking);
  return spoke;
};

class Start extends Part {
  render() {
    const { state } = store;
    const steps = stepsOf(state);
    const next = steps.find((one) => !one.done)?.name;
    const all = !next;
    return html`<div class="head"><div><h2 tabindex="-1">${t(all ? "start.ready" : "start.title", { name: nameOf(state) })}</h2>
        <p>${t(all ? "start.ready.line" : "start.line")}</p></div></div>
      <ol class="steps">${steps.map((one, index) => this.step(one, index, next, state))}</ol>`;
  }

  step({ name, done }, index, next, state) {
    return html`<li class="card ${done ? "done" : name === next ? "next" : ""}" data-step=${name}>
      <span class="number" aria-hidden="true">${done ? icon("check") : index + 1}</span>
      <div><h3>${t(`start.${name}`)} ${done ? tag("good", t("start.done")) : nothing}</h3>
        <p class="soft">${this.line(name, done, state)}</p>${this.more(name, done)}</div></li>`;
  }

  line(name, done, state) {
    if (name === "character") return t("start.character.line", { name: nameOf(state) });
    if (name === "obs") return done ? outputsLamp(state).line : t("start.obs.line");
    return t(done ? `start.${name}.done` : `start.${name}.line`);
  }

  more(name, done) {
    if (name === "character") return html`<a class="btn" href="#character">${icon("upload")}${t("start.character.own")}</a>`;
    if (name === "face") {
      return done ? nothing : html`<ul class="ways">${WAYS.map(([way, picture]) => html`<li><a href="#face" class="card">
        ${icon(picture)}<b>${t(`way.${way}`)}</b><small>${t(`way.${way}.line`)}</small></a></li>`)}</ul>`;
    }
    if (name === "voice") {
      return html`<div class="buttons"><button type="button" class="btn" @click=${() => changeSetting(["audio"], "mic")}>
        ${icon("mic")}${t("start.voice.mic")}</button><a class="btn" href="#voice">${icon("volume-2")}${t("start.voice.own")}</a></div>`;
    }
    return html`${copyable(address("/camera").href, t("start.obs.copy"))}
      <p class="soft small">${t("start.obs.how", { size: sizeOf(store.state) })}</p>`;
  }
}

customElements.define("vt-start", Start);
