// What went wrong, kept in a list until it is closed. What the state tells is over when the state says so.

import { store, tell } from "./store.js";
import { failureLine, failuresOf, isSound } from "./lamps.js";
import { commandOf, said, t } from "./words.js";

const SHOWN_MS = 4000;
const AGAIN_MS = 100;
const MOST = 50;

let list = [];
let spoken = null; // the failures of speech that were there before this page, or are told by now
let note = "";
let timer = 0;
let number = 0;

export const problems = () => list;
export const notice = () => note;

export function close(key) {
  list = list.filter((one) => one.key !== key);
  tell();
}

export function closeAll() {
  list = [];
  tell();
}

// A confirmation, which leaves by itself. A screen reader hears what changes: the same words again are taken away first.
export function confirmed(text) {
  clearTimeout(timer);
  const again = note === text;
  note = again ? "" : text;
  timer = setTimeout(() => { if (again) confirmed(text); else { note = ""; tell(); } }, again ? AGAIN_MS : SHOWN_MS);
  tell();
}

export function report(text, section = "", key = `r${++number}`, command = "") {
  list = [{ key, text, section, command, at: new Date(), over: false }, ...list.filter((one) => one.key !== key)].slice(0, MOST);
  tell();
}

// Do what may be refused; the refusal, or a warning, is a problem with the words of the program. Returns its answer, or null.
export async function attempt(work, section = "") {
  try {
    const answer = (await work()) ?? {};
    if (answer.warning) report(answer.warning, section, `warning ${answer.warning}`);
    return answer;
  } catch (error) {
    const away = error instanceof TypeError || error.name === "TimeoutError";
    report(away ? t("away.asked") : error.message, section, away ? "away" : undefined, error.command);
    return null;
  }
}

function* now(state) {
  if (state.failure) yield ["failure", said(state.failure), "speed", commandOf(state.failure)];
  if (state.engine === "failed") yield ["engine", t("picture.engine.help"), "speed"];
  if (state.puppet?.state === "failed") yield ["puppet", t("puppet.failed", { reason: said(state.puppet.reason) }), "character"];
  for (const one of state.inputs ?? []) {
    if (one.state === "failed") yield [`in ${one.name}`, `${one.name}: ${said(one.detail)}`, isSound(one) ? "voice" : "face", commandOf(one.detail)];
  }
  for (const one of failuresOf(state)) yield [`out ${one.name}`, failureLine(one), "outputs", commandOf(one.error)];
}

function speechFailures({ failures = [] } = {}) {
  const keys = failures.map((one) => `said ${one.number} ${one.text}`);
  if (spoken) {
    failures.forEach((one, index) => {
      if (!spoken.has(keys[index])) {
        report(t("say.failed", { text: one.text, why: said(one.why) }), "voice", keys[index], commandOf(one.why));
      }
    });
  }
  spoken = new Set(keys);
}

let known = new Map();

// Look at a new state: what has begun is put on the list, what has ended is marked.
export function watch({ state, link } = store) {
  if (link !== "live") {
    spoken = null;
    return;
  }
  const present = new Map([...now(state)].map(([key, text, section, command]) => [key, { text, section, command }]));
  for (const [key, { text, section, command }] of present) if (known.get(key) !== text) report(text, section, key, command);
  for (const one of list) if (known.has(one.key) && !present.has(one.key)) one.over = true;
  known = new Map([...present].map(([key, { text }]) => [key, text]));
  speechFailures(state.speech);
}
