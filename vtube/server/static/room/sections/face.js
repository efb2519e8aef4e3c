// The face: who is listened to, what arrives, and how it becomes motion.

import { calibrate, calibration } from "../acts.js";
import { button, card, copy, copyCommand, empty, fix, head, icon, range, tag } from "../controls.js";
import "../curve.js";
import { setting } from "../fields.js";
import { ago, faceLamp, trackersOf } from "../lamps.js";
import { Part, html, nothing } from "../part.js";
import "../phones.js";
import { plugins } from "../plugins.js";
import { store } from "../store.js";
import { commandOf, named, said, t } from "../words.js";

const TONES = { live: "good", waiting: "wait", lost: "wait", failed: "bad" };
const METERS = ["head_x", "head_y", "neck_z", "iris_rotation_x", "iris_rotation_y", "mouth_aaa", "eye_wink_left", "eye_wink_right"];
const SIMPLE = ["retarget.smoothing", "retarget.mirror", "retarget.yaw_range_deg", "retarget.pitch_range_deg", "retarget.gaze_range_deg"];

class FacePage extends Part {
  render() {
    const { state } = store;
    const lamp = faceLamp(state);
    return html`${head(t("nav.face"), t("face.line"), button("crosshair", t("calibrate"), calibrate, { kind: "main", disabled: Boolean(calibration.left) }))}
      ${lamp.help && lamp.tone !== "good" && trackersOf(state).length ? fix(lamp.tone, lamp.help) : nothing}
      ${calibration.refused ? fix("wait", calibration.refused) : nothing}
      ${card(t("face.trackers"), this.trackers(trackersOf(state)), tag(state.calibrated ? "good" : "off", t(state.calibrated ? "face.calibrated" : "face.not.calibrated")))}
      <div class="g2">${card(t("face.arrives"), this.meters(state.pose ?? {}))}
        ${card(t("face.becomes"), SIMPLE.map((path) => setting(path)))}</div>
      <vt-phones></vt-phones>
      <vt-curve></vt-curve>
      ${plugins()}
      <vt-settings section="face"></vt-settings>`;
  }

  trackers(list) {
    if (!list.length) return empty("scan-face", t("face.none.help"));
    return html`<ul class="rows">${list.map((one) => html`<li class="row"><span class="ic ${TONES[one.state]}">${icon("scan-face")}</span>
      <b>${one.name}</b><span class="d">${said(one.detail)}</span><span class="r">${this.rate(one)}
        ${this.copying(one)}
        ${tag(TONES[one.state], t(`state.${one.state}`))}</span></li>`)}</ul>`;
  }

  // What is to be entered on a phone, or in a terminal.
  copying({ detail }) {
    if (!detail || commandOf(detail)) return copyCommand(detail);
    return button("copy", "", () => copy(detail), { kind: "tiny ghost", label: t("copy") });
  }

  rate({ state, rate_hz: rate, age_s: age }) {
    if (state === "live") return html`<span class="num small">${t("rate", { n: Math.round(rate) })}</span>`;
    return typeof age === "number" ? html`<span class="soft small">${ago(age)}</span>` : nothing;
  }

  meters(pose) {
    const info = new Map(store.parameters.map((one) => [one.name, one]));
    return html`<div class="meters" inert>${METERS.filter((name) => info.has(name)).map((name) => {
      const { low, high } = info.get(name);
      const value = pose[name] ?? 0;
      return html`<div class="meter"><span>${named("parameter", name)}</span>
        ${range(named("parameter", name), { value, low, high, tone: "live", slide: () => {} })}<output>${value.toFixed(2)}</output></div>`;
    })}</div>`;
  }
}

customElements.define("vt-face", FacePage);
