// The controls of settings, made from their schema: `<vt-settings section="face">` shows all of a section.

import { about, button, range, toggle } from "./controls.js";
import { Part, html, nothing, shows } from "./part.js";
import { report } from "./problems.js";
import {
  canUndo, changeSetting, defaultOf, fieldsOf, isDefault, resetAll, sectionOf, undo, undoWords, wantedAt,
} from "./settings.js";
import { store } from "./store.js";
import { choiceName, groupName, settingName, t } from "./words.js";

const kindOf = ({ type, anyOf, enum: choices, minimum, maximum }) => {
  if (choices) return "choice";
  const types = type ? [type] : (anyOf ?? []).map((one) => one.type);
  if (types.includes("boolean")) return "switch";
  if (types.includes("number") || types.includes("integer")) {
    return minimum !== undefined && maximum !== undefined && maximum - minimum <= 1000 ? "slider" : "number";
  }
  if (types.includes("string")) return "text";
  return "json";
};

const wholeOf = ({ type }) => type === "integer";
const stepOf = ({ minimum, maximum, type }) => (type === "integer" ? 1 : maximum - minimum > 20 ? 0.5 : 0.01);

// A field that is left empty asks for nothing where there has to be a number, as does what is none: it shows again what is.
function enterNumber({ path, schema }, field) {
  const { value, validity } = field;
  const none = schema.anyOf?.some(({ type }) => type === "null") && !validity.badInput;
  if (value !== "" || none) changeSetting(path, value === "" ? null : Number(value));
  else field.value = String(wantedAt(path) ?? "");
}

function numberField(field, value, name) {
  const { schema, path } = field;
  return html`<input class="in" type="number" id=${idOf(path)} aria-label=${name} step=${wholeOf(schema) ? 1 : "any"}
    min=${schema.minimum ?? nothing} max=${schema.maximum ?? nothing} ${shows(String(value ?? ""))}
    @change=${(event) => enterNumber(field, event.target)}>`;
}

const CONTROLS = {
  switch: ({ path }, value, name) => toggle(name, Boolean(value), (on) => changeSetting(path, on), { hidden: true }),
  choice: ({ path, schema }, value, name) => html`<select id=${idOf(path)} aria-label=${name} @change=${(event) => changeSetting(path, event.target.value)}>
    ${schema.enum.map((one) => html`<option value=${one} .selected=${one === value}>${choiceName(one)}</option>`)}</select>`,
  slider: (field, value, name) => html`<div class="pair">${range(name, {
    value: Number(value), low: field.schema.minimum, high: field.schema.maximum, step: stepOf(field.schema),
    slide: (now) => changeSetting(field.path, now, false), done: (now) => changeSetting(field.path, now),
  })}${numberField(field, value, name)}</div>`,
  number: numberField,
  text: ({ path, schema }, value, name) => html`<input class="in" id=${idOf(path)} aria-label=${name} ${shows(value ?? "")}
    placeholder=${schema.anyOf ? t("settings.nothing") : nothing}
    @change=${(event) => changeSetting(path, event.target.value.trim() === "" && schema.anyOf ? null : event.target.value)}>`,
  json: ({ path }, value, name) => html`<textarea class="in" rows="2" id=${idOf(path)} aria-label=${name} spellcheck="false" ${shows(JSON.stringify(value ?? null))}
    @change=${(event) => parsed(path, event.target)}></textarea>`,
};

function parsed(path, area) {
  try {
    changeSetting(path, JSON.parse(area.value));
  } catch {
    report(t("settings.json", { name: path.join(".") }), sectionOf(path[0]));
  }
}

export const idOf = (path) => `set-${path.join("-")}`;

export function settingRow(field, name = settingName(field.path)) {
  const { path, schema } = field;
  const value = wantedAt(path);
  const control = schema.local
    ? html`<code id=${idOf(path)}>${schema.secret ? "•••" : JSON.stringify(value)}</code>`
    : CONTROLS[kindOf(schema)](field, value, name);
  return html`<div class="setting" data-path=${path.join(".")}>
    <div><label for=${idOf(path)}>${name}</label>
      ${schema.local ? html`<small class="tag off">${t("settings.local")}</small>`
        : schema.live ? nothing : html`<small class="tag wait">${t("settings.start")}</small>`}
      ${about(path.join("."), schema.description)}</div>
    <div class="control">${control}
      ${schema.local || isDefault(field) ? nothing : button("rotate-ccw", "", () => changeSetting(path, defaultOf(field)),
        { kind: "tiny ghost", label: t("settings.default.of", { name }) })}</div></div>`;
}

// One setting outside the list, by its path.
export function setting(path, name) {
  const field = fieldsOf().find((one) => one.path.join(".") === path);
  return field && store.settings ? settingRow(field, name) : nothing;
}

class SectionSettings extends Part {
  static properties = { section: {}, open: { type: Boolean } };

  render() {
    const fields = fieldsOf().filter(({ path }) => sectionOf(path[0]) === this.section);
    if (!fields.length || !store.settings) return nothing;
    const groups = [...new Set(fields.map(({ path }) => path.slice(0, -1).join(".") || path[0]))];
    const changed = fields.filter((field) => !field.schema.local && !isDefault(field)).length;
    return html`<details class="card more" ?open=${this.open}><summary><h3>${t("settings.all")}</h3>
        <span class="soft small">${changed ? t("settings.changed", { n: changed }) : t("settings.usual")}</span></summary>
      <div class="toolbar">${canUndo() ? button("undo-2", t("settings.undo", { name: undoWords() }), undo, { kind: "tiny" }) : nothing}
        ${changed ? button("rotate-ccw", t("settings.reset"), () => resetAll(fields), { kind: "tiny" }) : nothing}</div>
      ${groups.map((group) => this.group(group, fields))}</details>`;
  }

  group(group, fields) {
    const own = fields.filter(({ path }) => (path.slice(0, -1).join(".") || path[0]) === group);
    return html`<fieldset><legend>${groupName(group.split("."))}</legend>
      ${about(`group.${group}`, own[0].about)}
      ${own.map((field) => settingRow(field))}</fieldset>`;
  }
}

customElements.define("vt-settings", SectionSettings);
