// What the stage's buttons and their keys do.

import { call, token } from "./api.js";
import { download } from "./controls.js";
import { attempt, confirmed } from "./problems.js";
import { store, tell } from "./store.js";
import { t } from "./words.js";

const COUNT_FROM = 3;
const FIRST = ["neutral", "joy", "love", "surprise", "pride", "anger", "sadness", "fear"];

export const calibration = { left: 0, refused: "" };
let timer = 0;

// Counts down, so that there is time to look straight ahead; a second press calls it off.
export function calibrate() {
  if (calibration.left) {
    clearInterval(timer);
    calibration.left = 0;
    tell();
    return;
  }
  Object.assign(calibration, { left: COUNT_FROM, refused: "" });
  tell();
  timer = setInterval(count, 1000);
}

async function count() {
  calibration.left -= 1;
  tell();
  if (calibration.left) return;
  clearInterval(timer);
  try {
    await call("POST", "/api/calibrate");
    confirmed(t("calibrated"));
  } catch (error) {
    calibration.refused = error.status === 409 ? error.message : t("away.asked");
    setTimeout(() => { calibration.refused = ""; tell(); }, 6000);
  }
  tell();
}

export const freeze = () => attempt(() => call("PUT", "/api/motion", { paused: !store.state.paused }));

export async function snapshot() {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const done = await attempt(async () => {
    const answer = await fetch("/frame.png?always=1", { headers });
    if (!answer.ok) throw new Error(await answer.text());
    const time = new Date().toISOString().slice(0, 19).replaceAll(":", ".");
    download(`vtube ${time}.png`, await answer.blob());
  });
  if (done) confirmed(t("snapshot.done"));
}

export const isRecording = ({ recording }) => recording?.state === "live" || recording?.state === "opening";

export async function record(kind = localStorage.getItem("vtube.video") ?? "mov") {
  const on = !isRecording(store.state);
  const answer = await attempt(() => call("PUT", "/api/recording", on ? { on, kind } : { on }), "outputs");
  if (answer) confirmed(on ? t("record.begun", { path: answer.path }) : t("record.done"));
}

// An expression again is neutral.
export function showEmotion(name, strength = store.state.emotion_strength ?? 1) {
  const wanted = name === store.state.emotion && name !== "neutral" ? "neutral" : name;
  return attempt(() => call("PUT", "/api/emotion", { name: wanted, strength }), "expressions");
}

// The expressions on the keys 1 to 8.
export function favourites() {
  const chosen = store.settings?.emotion?.favourites ?? FIRST;
  const known = chosen.filter((name) => store.emotions.includes(name));
  const rest = store.emotions.filter((name) => !known.includes(name));
  return [...known, ...rest].slice(0, 8);
}

export const say = (text) => attempt(() => call("POST", "/api/say", { text }), "voice");
