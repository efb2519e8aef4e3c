// The signal path in four lamps. Each is made of the state alone: tone (good, wait, bad, off), a line that says what is,
// and `help`, what to do, where something is missing.

import { named, said, t } from "./words.js";

const SOUND = new Set(["mic", "loopback", "file"]);
const QUIET_DB = -50;
const STEADY = 0.9;
const ON_CAMERA = new Set(["camera", "ndi", "spout", "window"]);

export const isSound = ({ name, level_db: level }) => typeof level === "number" || SOUND.has(name);
export const trackersOf = (state) => (state.inputs ?? []).filter((one) => !isSound(one));
export const soundOf = (state) => (state.inputs ?? []).find(isSound);
export const failuresOf = (state) => (state.outputs ?? []).filter(({ state: at }) => at === "failed" || at === "ended");
const outputName = ({ name }) => named("output.name", name);
export const failureLine = (output) => `${outputName(output)}: ${said(output.error)}`;
export const sizeOf = ({ size }) => (size ? `${size[0]} × ${size[1]}` : "");

export function ago(seconds) {
  if (typeof seconds !== "number") return "";
  return seconds < 90 ? t("ago.s", { n: Math.round(seconds) }) : t("ago.min", { n: Math.round(seconds / 60) });
}

const firstOf = (list, ...states) => list.find(({ state }) => states.includes(state));

export function faceLamp(state) {
  const trackers = trackersOf(state);
  const live = firstOf(trackers, "live");
  if (live) return { tone: "good", line: t("face.live", { name: live.name, n: Math.round(live.rate_hz) }) };
  const lost = firstOf(trackers, "lost");
  if (lost) return { tone: "wait", line: t("face.lost", { ago: ago(lost.age_s) }), help: t("face.lost.help") };
  const failed = firstOf(trackers, "failed");
  if (failed && !firstOf(trackers, "waiting")) {
    return { tone: "bad", line: t("face.failed", { name: failed.name }), help: said(failed.detail) };
  }
  if (!trackers.length) return { tone: "off", line: t("face.none"), help: t("face.none.help") };
  return { tone: "wait", line: t("face.waiting"), help: t("face.waiting.help") };
}

export function voiceLamp(state, meters = {}) {
  const { speech = {} } = state;
  if (speech.speaking) return { tone: "good", line: t("voice.speaking") };
  const sound = soundOf(state);
  if (!sound) return { tone: "off", line: t("voice.none"), help: t("voice.none.help") };
  if (sound.state === "failed") return { tone: "bad", line: t("voice.failed"), help: said(sound.detail) };
  if (sound.state !== "live") return { tone: "wait", line: t("voice.waiting"), help: sound.detail };
  const level = meters.level_db ?? sound.level_db ?? -80;
  return { tone: "good", line: t(level > QUIET_DB ? "voice.hears" : "voice.quiet", { name: sound.name }) };
}

export function pictureLamp(state) {
  const { output_fps: fps = 0, render_fps: drawn = 0, fps: wanted = 30, latency_ms: delay, engine } = state;
  if (state.failure) return { tone: "bad", line: t("picture.failed"), help: said(state.failure) };
  if (engine === "failed") return { tone: "bad", line: t("picture.engine"), help: t("picture.engine.help") };
  if (state.paused) return { tone: "wait", line: t("picture.paused"), help: t("picture.paused.help") };
  if (engine === "loading") return { tone: "wait", line: t("picture.loading"), help: t("picture.loading.help") };
  const rate = fps.toFixed(1);
  if (fps < STEADY * wanted) {
    return { tone: "wait", line: t("picture.late", { rate, wanted }), help: t("picture.late.help") };
  }
  if (drawn < wanted / 3 && state.puppet?.state === "baking") {
    return { tone: "wait", line: t("picture.learning", { drawn: drawn.toFixed(1) }), help: t("picture.learning.help") };
  }
  if (typeof delay !== "number") return { tone: "good", line: t("picture.steady", { rate }) };
  return { tone: "good", line: t("picture.good", { rate, ms: Math.round(delay) }) };
}

// Who shows her now: pages and OBS are counted; whether a program looks at a camera device nobody can tell.
export function viewersOf(state) {
  const { obs = 0, camera = 0, stream = 0, feed = 0 } = state.clients ?? {};
  const devices = (state.outputs ?? []).filter(({ name, state: at }) => ON_CAMERA.has(name) && at === "live");
  return { obs, pages: camera, streams: stream + feed, devices };
}

export function outputsLamp(state) {
  const { obs, pages, streams, devices } = viewersOf(state);
  const shown = [
    obs ? t("outputs.obs") : "",
    pages || streams ? t("outputs.pages", { n: pages + streams }) : "",
    ...devices.map(({ name }) => t("outputs.device", { name: named("output.name", name) })),
  ].filter(Boolean);
  if (state.on_air === false) return { tone: "off", line: t("outputs.hidden"), help: t("outputs.hidden.help") };
  const failed = failuresOf(state)[0];
  if (failed && !shown.length) {
    return { tone: "wait", line: t("outputs.needs", { name: outputName(failed) }), help: said(failed.error) };
  }
  if (failed) {
    return { tone: "wait", line: `${shown[0]} · ${t("outputs.needs", { name: outputName(failed) })}`, help: said(failed.error) };
  }
  if (!shown.length) return { tone: "wait", line: t("outputs.nobody"), help: t("outputs.nobody.help") };
  return { tone: "good", line: shown.join(" · ") };
}

export const isShown = (state) => {
  const { obs, pages, streams, devices } = viewersOf(state);
  return obs + pages + streams + devices.length > 0;
};

export const lampsOf = (state, meters) => [
  { name: "face", icon: "scan-face", section: "face", ...faceLamp(state) },
  { name: "voice", icon: "mic", section: "voice", ...voiceLamp(state, meters) },
  { name: "picture", icon: "sparkles", section: "speed", ...pictureLamp(state) },
  { name: "outputs", icon: "monitor-up", section: "outputs", ...outputsLamp(state) },
];
