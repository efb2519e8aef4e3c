// What the page knows of the program: one object, fed by one socket; whoever shows a part of it follows.

import { call, socket } from "./api.js";
import { learnAbout, learnLines } from "./words.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;
const SILENT_MS = 3000; // the state changes ten times a second: silence means that nobody is there
const AGAIN_MS = 1000;
const HISTORY = 600;
const SETTLED_MS = 300; // after an answer, until the state surely shows what was asked for

export const store = {
  link: "connecting", // connecting, live, away
  since: Date.now(), // of the link
  state: {},
  meters: {},
  settings: null,
  schema: null,
  waiting: {},
  parameters: [],
  emotions: [],
  history: [], // one entry for each change of the last minute: time, fps, drawn, ms
};

const followers = new Set();
let asked = false;
let told = {}; // the state as the program told it
let supposed = null; // what the page has asked for and shows already: its parts of the state, and until when

// Call `changed` after each change, once a picture at most; returns what ends that.
export function follow(changed) {
  followers.add(changed);
  return () => followers.delete(changed);
}

export function tell() {
  if (asked) return;
  asked = true;
  const now = () => {
    asked = false;
    for (const changed of followers) changed();
  };
  if (document.hidden) setTimeout(now, 200);
  else requestAnimationFrame(now);
}

// Show parts of the state as they will be, until `settle`: what the program then tells holds, whatever came of it.
export function suppose(parts) {
  supposed = { parts: { ...supposed?.parts, ...parts }, until: Infinity };
  store.state = { ...told, ...supposed.parts };
  tell();
}

export function settle() {
  if (supposed) supposed.until = Date.now() + SETTLED_MS;
}

function shown() {
  if (supposed && Date.now() > supposed.until) supposed = null;
  return supposed ? { ...told, ...supposed.parts } : told;
}

// RFC 7396.
export function merged(before, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = before !== null && typeof before === "object" && !Array.isArray(before) ? { ...before } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

const readSettings = async () => {
  const [settings, waiting] = await Promise.all([call("GET", "/api/settings"), call("GET", "/api/settings/waiting")]);
  return { settings, waiting };
};

export async function loadSettings() {
  Object.assign(store, await readSettings());
  tell();
}

async function loadEmotions() {
  store.emotions = (await call("GET", "/api/emotions")).emotions;
  tell();
}

// All at once, so that nothing on the page moves when a part of it comes later.
async function loadRest() {
  const [kept, schema, parameters, { emotions }] = await Promise.all([
    readSettings(), call("GET", "/api/settings/schema"), call("GET", "/api/parameters"), call("GET", "/api/emotions"),
    learnAbout(),
  ]);
  Object.assign(store, kept, { schema, parameters, emotions });
  tell();
}

// A busy program may refuse one of them: without them the page has no settings, so they are asked for until they come.
async function loadRestAtLast() {
  await loadRest().catch(() => { setTimeout(() => { if (store.link === "live") loadRestAtLast(); }, AGAIN_MS); });
}

function setLink(link) {
  if (store.link === link) return;
  store.link = link;
  store.since = Date.now();
  tell();
}

function remember({ output_fps: fps, render_fps: drawn, frame_ms: ms, latency_ms: delay }) {
  store.history.push({ at: Date.now(), fps, drawn, ms, delay });
  if (store.history.length > HISTORY) store.history.shift();
}

function take({ state, change, meters }) {
  const { revision, expressions } = store.state;
  if (state) told = state;
  if (change) told = merged(told, change);
  if (state || change || supposed) store.state = shown();
  if (state || change) learnLines(told.lines);
  if (state || change) remember(store.state);
  if (meters) store.meters = meters;
  if (state) {
    setLink("live");
    loadRestAtLast();
  } else if (store.state.revision !== revision) {
    loadSettings().catch(() => {});
  }
  if (change && String(store.state.expressions) !== String(expressions)) loadEmotions().catch(() => {});
  tell();
}

export function connect(retry = FIRST_RETRY_MS) {
  const line = socket("/ws/state");
  let watch = 0;
  let wait = retry;
  const ended = () => {
    if (wait === null) return;
    clearTimeout(watch);
    setLink("away");
    setTimeout(connect, wait, Math.min(wait * 2, LAST_RETRY_MS));
    wait = null;
  };
  const listen = () => { // to close may take Firefox ten seconds more
    clearTimeout(watch);
    watch = setTimeout(() => { line.close(); ended(); }, SILENT_MS);
  };
  line.onmessage = ({ data }) => {
    if (wait === null) return;
    wait = FIRST_RETRY_MS;
    listen();
    take(JSON.parse(data));
  };
  line.onclose = ended;
  listen();
}
