// The page's words in the reader's language.

import en from "./texts/en.js";
import ja from "./texts/ja.js";
import settingsEn from "./texts/settings-en.js";
import settingsJa from "./texts/settings-ja.js";
import settingsZh from "./texts/settings-zh.js";
import zh from "./texts/zh.js";

const KEPT = "vtube.language";
const tables = { en: { ...en, ...settingsEn }, ja: { ...ja, ...settingsJa }, zh: { ...zh, ...settingsZh } };
export const LANGUAGES = { en: "English", ja: "日本語", zh: "中文" };

// What settings do is told in English by the program itself; other tables are read when somebody reads that language.
const ABOUT = { ja: () => import("./texts/about-ja.js"), zh: () => import("./texts/about-zh.js") };

const followers = new Set();
let language = "en";
let about = {};

export const currentLanguage = () => language;

export function followWords(changed) {
  followers.add(changed);
  return () => followers.delete(changed);
}

export function speak(name) {
  language = name in tables ? name : "en";
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
  for (const changed of followers) changed();
  learnAbout().catch(() => {}); // the program may be away: asked for again when it is back
}

export async function learnAbout() {
  const wanted = language;
  const { default: table } = (await ABOUT[wanted]?.()) ?? { default: {} };
  if (wanted !== language || table === about) return;
  about = table;
  for (const changed of followers) changed();
}

// What a setting, group or voice does: { text, lang } in the reader's language, else in the program's own.
export const aboutOf = (key, english = "") => (key in about ? { text: about[key], lang: language } : { text: english, lang: "en" });

export function chooseLanguage() {
  const kept = localStorage.getItem(KEPT);
  const wanted = kept ? [kept] : navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  language = wanted.find((one) => one in tables) ?? "en";
  document.documentElement.lang = language;
}

// The words of `key` with {name} filled in; a key that has none is shown as it is.
export function t(key, values = {}) {
  const words = tables[language][key] ?? tables.en[key] ?? key;
  return words.replace(/{(\w+)}/g, (whole, name) => values[name] ?? whole);
}

let coded = {}; // lines of the program that have a code, by their English words

export function learnLines(lines) {
  coded = lines ?? {};
}

// What a code says in the reader's language, where it has words there.
export function sayCode({ code, values } = {}) {
  if (!code || !(`why.${code}` in tables[language])) return "";
  return t(`why.${code}`, code.startsWith("setting.") ? { ...values, name: settingName(values.name.split(".")) } : values);
}

// A line of the program: by its code in the reader's language, else in the program's own words.
export const said = (line) => sayCode(coded[line]) || line || "";

// The command for a terminal that a line of the program ends in, empty without one.
export const commandOf = (line) => coded[line]?.values?.command ?? "";

// What the program calls by an English word, such as an emotion or a parameter: its own word where there is one.
export function named(kind, name) {
  const words = tables[language][`${kind}.${name}`];
  return words ?? name.replaceAll("_", " ");
}

// A setting's name: that of its path where its last name means several things, else that of its last name.
export function settingName(path) {
  const whole = tables[language][`setting.${path.join(".")}`];
  return whole ?? named("setting", path[path.length - 1]);
}

// A group of settings by its path, such as dialogue › memory.
export const groupName = (path) => path.map((name) => tables[language][`group.${name}`] ?? named("setting", name)).join(" › ");

// A fixed choice of a setting; what is no word, such as the name of a codec, stays as it is.
export const choiceName = (name) => tables[language][`choice.${name}`] ?? name;
