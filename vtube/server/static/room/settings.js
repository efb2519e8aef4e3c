// Settings: read, changed live, kept, undone one step, put back to their defaults. All of it from their schema.

import { call, latest } from "./api.js";
import { attempt, confirmed } from "./problems.js";
import { loadSettings, store, tell } from "./store.js";
import { t } from "./words.js";

const SECTIONS = {
  face: ["tracking", "receiver", "osc", "webcam", "pointer", "retarget", "vts_api"],
  voice: ["audio", "lipsync", "speech", "mixer"],
  expressions: ["emotion", "hotkeys"],
  scene: ["scene"],
  character: ["idle", "avatar"],
  outputs: ["outputs", "server"],
  chat: ["chat", "dialogue", "llm", "memory", "persona", "moderation", "listen", "listening"],
};

const senders = new Map();
let before = null; // what the last change was made from: { path, value }

// The section in which a setting stands; what nobody knows stands under Speed.
export const sectionOf = (top) => Object.keys(SECTIONS).find((name) => SECTIONS[name].includes(top)) ?? "speed";

const solved = (schema, at) => {
  const { $ref: name, allOf, ...rest } = at;
  const inner = name ?? allOf?.[0]?.$ref;
  return inner ? { ...schema.$defs[inner.split("/").pop()], ...rest } : at;
};

// Every single setting: { path, schema, about }, in the order of the file; `about` describes its group.
export function fieldsOf(schema = store.schema) {
  if (!schema) return [];
  const walk = (node, path, about) => Object.entries(node.properties ?? {}).flatMap(([name, raw]) => {
    const inner = solved(schema, raw);
    const here = [...path, name];
    return inner.properties ? walk(inner, here, raw.description ?? inner.description ?? about) : [{ path: here, schema: inner, about }];
  });
  return walk(schema, [], "");
}

export const valueAt = (values, path) => path.reduce((inner, name) => inner?.[name], values);
const nested = (path, value) => path.reduceRight((inner, name) => ({ [name]: inner }), value);
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function putAt(values, [name, ...rest], value) {
  return { ...values, [name]: rest.length ? putAt(values?.[name] ?? {}, rest, value) : value };
}

// The default: of the field itself, or of the object in which it stands.
export function defaultOf({ path, schema }) {
  if ("default" in schema) return schema.default;
  const top = store.schema.properties[path[0]];
  const found = path.length > 1 ? valueAt(top.default, path.slice(1)) : undefined;
  return found !== undefined ? found : schema.type === "array" ? [] : schema.type === "object" ? {} : undefined;
}

// What will count: in force, or waiting for the next start.
export function wantedAt(path) {
  const waiting = valueAt(store.waiting, path);
  return waiting !== undefined ? waiting : valueAt(store.settings, path);
}

// Change one setting. While `done` is false (a slider moves) it is live and not kept yet.
export function changeSetting(path, value, done = true) {
  const key = path.join(".");
  const old = wantedAt(path);
  if (!before || before.key !== key || before.over) before = { key, path, value: old, over: false };
  if (done) before.over = true;
  store.settings = putAt(store.settings, path, value);
  tell();
  if (!senders.has(key)) senders.set(key, latest((...last) => send(...last)));
  return senders.get(key)(path, value, done);
}

async function send(path, value, done) {
  const answer = await attempt(() => call("PUT", `/api/settings?save=${done ? 1 : 0}`, nested(path, value)), sectionOf(path[0]));
  if (answer && done && Object.keys(answer.restart ?? {}).length) confirmed(t("settings.restart"));
  if (done || !answer) await loadSettings().catch(() => {});
}

export const canUndo = () => Boolean(before?.over && !isSame(before.value, wantedAt(before.path)));
export const undoWords = () => (before ? before.key : "");

export function undo() {
  if (!canUndo()) return;
  const { path, value } = before;
  changeSetting(path, value);
  confirmed(t("settings.undone", { name: path.join(".") }));
}

export async function resetAll(fields) {
  const changed = fields.filter((field) => !field.schema.local && !isSame(wantedAt(field.path), defaultOf(field)));
  for (const field of changed) if (defaultOf(field) !== undefined) await changeSetting(field.path, defaultOf(field));
}

// What somebody else has changed, such as the program itself.
export const loadKept = () => loadSettings().catch(() => {});

export const isDefault = (field) => {
  const usual = defaultOf(field);
  return usual === undefined || isSame(wantedAt(field.path), usual);
};
