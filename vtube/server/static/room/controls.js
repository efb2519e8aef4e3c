// The small things that all sections use.

import { html, live, nothing, vars } from "./part.js";
import { confirmed } from "./problems.js";
import { aboutOf, commandOf, t } from "./words.js";

export const icon = (name) => html`<svg class="i" aria-hidden="true"><use href="/static/room/icons.svg#${name}"></use></svg>`;

export const tag = (tone, text) => html`<span class="tag ${tone}">${text}</span>`;

export const card = (title, body, right = nothing) => html`
  <section class="card">
    ${title ? html`<header><h3>${title}</h3><div class="right">${right}</div></header>` : nothing}
    ${body}
  </section>`;

export const head = (title, line, right = nothing) => html`
  <div class="head"><h2 tabindex="-1">${title}</h2><p>${line}</p><div class="right">${right}</div></div>`;

// What a setting, group or voice does, small and below its name.
export const about = (key, english) => {
  const { text, lang } = aboutOf(key, english);
  return text ? html`<p class="soft small" lang=${lang}>${withCode(text)}</p>` : nothing;
};

// A text with what is `in such marks` as code.
const withCode = (text) => text.split("`").map((part, at) => (at % 2 ? html`<code>${part}</code>` : part));

// One line that says what is missing, with what does something about it.
export const fix = (tone, text, right = nothing) => html`
  <div class="fix ${tone}" role="note">${icon("triangle-alert")}<p>${text}</p>${right}</div>`;

// What a section says when it has nothing to show.
export const empty = (name, text, right = nothing) => html`
  <div class="empty">${icon(name)}<p>${text}</p>${right}</div>`;

export const button = (name, text, press, { kind = "", disabled = false, label, title, type = "button" } = {}) => html`
  <button type=${type} class="btn ${kind}" ?disabled=${disabled} aria-label=${label ?? nothing} title=${title ?? nothing} @click=${press}>
    ${name ? icon(name) : nothing}${text}</button>`;

// A switch; `change` gets whether it is on. It shows what is, not what was pressed.
export const toggle = (label, on, change, { disabled = false, hidden = false } = {}) => html`
  <label class="switch"><span class=${hidden ? "vh" : ""}>${label}</span>
    <input type="checkbox" class="sw" role="switch" .checked=${live(on)} ?disabled=${disabled}
      @change=${(event) => change(event.target.checked)}></label>`;

const share = (value, low, high) => `${(100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low)}%`;

// A slider's own part, without its words: it fills from zero.
export const range = (label, { value, low, high, step = 0.01, tone = "", slide, done = () => {} }) => {
  const zero = Math.min(high, Math.max(low, 0));
  const [from, to] = [Math.min(zero, value), Math.max(zero, value)];
  return html`<input type="range" class=${tone} min=${low} max=${high} step=${step} aria-label=${label}
    .value=${live(String(value))} ${vars({ "--from": share(from, low, high), "--to": share(to, low, high) })}
    @input=${(event) => slide(Number(event.target.value))} @change=${(event) => done(Number(event.target.value))}>`;
};

// Chooses one of a few; `options` are [value, words].
export const segments = (label, options, value, choose) => html`
  <div class="seg" role="group" aria-label=${label}>${options.map(([one, words]) => html`
    <button type="button" aria-pressed=${String(one === value)} @click=${() => choose(one)}>${words}</button>`)}</div>`;

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    confirmed(t("copied"));
  } catch {
    confirmed(t("copy.by.hand"));
  }
}

// A button beside a line of the program that names a command for a terminal.
export const copyCommand = (line, command = commandOf(line)) => (command
  ? button("copy", "", () => copy(command), { kind: "tiny ghost", label: t("copy.command", { command }), title: t("copy") }) : nothing);

export const copyable = (text, label) => html`
  <div class="code"><code>${text}</code>${button("copy", t("copy"), () => copy(text), { kind: "main tiny", label })}</div>`;

// A bar for a level in dB of full scale; null says that there is none.
export const level = (label, db) => {
  const shown = Math.max(0, Math.min(1, ((db ?? -60) + 60) / 60));
  return html`<div class="lvl" role="meter" aria-label=${label} aria-valuemin="-60" aria-valuemax="0"
    aria-valuenow=${Math.round(Math.max(-60, db ?? -60))} ${vars({ "--w": `${100 * shown}%` })}><i></i></div>`;
};

export const bar = (label, value) => html`<progress aria-label=${label} max="1" .value=${value ?? 0}></progress>`;

export function download(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
