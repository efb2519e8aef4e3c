// All 45 parameters by hand: grey follows the live pose, violet is held. What is held lives in the program, so that
// every page shows the same.

import { call, latest } from "../api.js";
import { button, card, copy, head, range } from "../controls.js";
import "../own.js";
import "../stills.js";
import { Part, html, nothing, shows } from "../part.js";
import { attempt } from "../problems.js";
import { settle, store, suppose } from "../store.js";
import { named, t } from "../words.js";

const GROUPS = [
  ["head", /^(head|neck|body|breathing)/],
  ["eyes", /^(eye_|iris)/],
  ["brows", /^eyebrow/],
  ["mouth", /^mouth/],
];
const SIDE = /_(left|right)$/;

// The parameters that were moved since the last request, in one request.
const moved = {};
const send = latest(async () => {
  const values = { ...moved };
  for (const name of Object.keys(values)) delete moved[name];
  if (Object.keys(values).length) await attempt(() => call("PATCH", "/api/pose", values), "poser");
  if (!Object.keys(moved).length) settle();
});

function put(values) {
  Object.assign(moved, values);
  const held = { ...store.state.held, ...values };
  suppose({ held: Object.fromEntries(Object.entries(held).filter(([, value]) => value !== null)) });
  send();
}

const letGo = (names) => put(Object.fromEntries(names.map((name) => [name, null])));

class Poser extends Part {
  render() {
    const { held = {} } = store.state;
    const names = Object.keys(held);
    return html`${head(t("nav.poser"), t("poser.line"), html`
        ${button("copy", t("poser.copy"), () => copy(JSON.stringify(store.state.pose)), { kind: "ghost" })}
        ${button("rotate-ccw", t("poser.release", { n: names.length }), () => letGo(names), { disabled: !names.length })}`)}
      <div class="g2 poser">${GROUPS.map(([name, pattern]) => this.group(name, pattern))}</div>
      ${card(t("poser.keep"), html`<vt-keep></vt-keep>`)}
      <vt-stills></vt-stills>`;
  }

  group(name, pattern) {
    const own = store.parameters.filter((one) => pattern.test(one.name));
    const sided = own.some((one) => SIDE.test(one.name));
    return card(t(`poser.${name}`), html`${[...rowsOf(own)].map(([stem, sides]) => this.row(stem, sides))}`,
      sided ? html`<span class="soft small">${t("poser.sides")}</span>` : nothing);
  }

  row(stem, sides) {
    const { held = {}, pose = {} } = store.state;
    const mine = sides.filter(({ name }) => name in held).map(({ name }) => name);
    const words = named("parameter", stem);
    return html`<div class="pr ${mine.length ? "held" : ""}">
      ${mine.length ? html`<button type="button" class="name" @click=${() => letGo(mine)} aria-label=${t("poser.free", { name: words })}>${words} ×</button>`
        : html`<span class="name">${words}</span>`}
      ${sides.map(({ name, low, high }) => this.slider(name, low, high, held[name] ?? pose[name] ?? 0, name in held))}</div>`;
  }

  slider(name, low, high, value, isHeld) {
    const side = name.match(SIDE)?.[1];
    const words = `${named("parameter", name.replace(SIDE, ""))}${side ? `, ${t(`side.${side}`)}` : ""}`;
    return html`<span class="one">${range(words, { value, low, high, tone: isHeld ? "held" : "live", slide: (now) => put({ [name]: now }) })}
      <input class="value" type="number" data-name=${name} aria-label=${t("poser.value", { name: words })} min=${low} max=${high} step="0.01"
        ${shows(value.toFixed(2))} @change=${(event) => typed(event.target, name, low, high)}></span>`;
  }
}

// A number that was typed is held within the parameter's range; nothing lets go.
function typed(field, name, low, high) {
  if (field.value === "") letGo([name]);
  else put({ [name]: Math.min(high, Math.max(low, Number(field.value))) });
}

// Parameters of the own left and right share a row.
function rowsOf(parameters) {
  const rows = new Map();
  for (const parameter of parameters) {
    const stem = parameter.name.replace(SIDE, "");
    rows.set(stem, [...(rows.get(stem) ?? []), parameter]);
  }
  return rows;
}

customElements.define("vt-poser", Poser);
