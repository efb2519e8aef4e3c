// The page's words in the reader's language.

import en from "./texts/en.js";
import ja from "./texts/ja.js";
import zh from "./texts/zh.js";

const KEPT = "vtube.language";
const tables = { en, ja, zh };
export const LANGUAGES = { en: "English", ja: "日本語", zh: "中文" };

const followers = new Set();
let language = "en";

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
}

export function chooseLanguage() {
  const kept = localStorage.getItem(KEPT);
  const wanted = kept ? [kept] : navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  language = wanted.find((one) => one in tables) ?? "en";
  document.documentElement.lang = language;
}

// The words of `key` with {name} filled in; a key that has none is shown as it is.
export function t(key, values = {}) {
  const words = tables[language][key] ?? en[key] ?? key;
  return words.replace(/{(\w+)}/g, (whole, name) => values[name] ?? whole);
}

// What the program calls by an English word, such as an emotion or a parameter: its own word where there is one.
export function named(kind, name) {
  const words = tables[language][`${kind}.${name}`];
  return words ?? name.replaceAll("_", " ");
}
