// The user's own response of one parameter or blend shape: drawn, dragged at its points, with what arrives on it.

import { call } from "./api.js";
import { button, card, range } from "./controls.js";
import { Part, html, noChange, nothing, shows, svg } from "./part.js";
import { changeSetting, wantedAt } from "./settings.js";
import { store } from "./store.js";
import { named, t } from "./words.js";

const USUAL = { gain: 1, curve: 1, deadzone: 0, offset: 0, limit: 1 };
const RANGES = { gain: [0, 4], curve: [0.2, 5], deadzone: [0, 0.9], offset: [-1, 1], limit: [0, 1] };
const MIDDLE = 0.6; // of what is beyond the dead zone: where the point of the exponent stands
const LOOK_MS = 100;
const SIDE = 200;
const STEPS = 60;
const GROUPS = [["head", /^(head|neck)/], ["eyes", /^(eye_|iris)/], ["brows", /^eyebrow/], ["mouth", /^mouth/]];
const SHAPES = [
  "jawOpen", "jawForward", "jawLeft", "jawRight", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthRollLower",
  "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "browInnerUp", "cheekPuff", "tongueOut",
  ...["eyeBlink", "eyeSquint", "eyeWide", "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "mouthLowerDown",
    "mouthUpperUp", "browDown", "browOuterUp", "cheekSquint", "noseSneer"].flatMap((one) => [`${one}Left`, `${one}Right`]),
];

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const rounded = (value) => Math.round(value * 100) / 100;

// What becomes of a value; the same formula as the program's.
export function shaped(value, { gain, curve, deadzone, offset, limit }) {
  const beyond = Math.max(0, Math.abs(value) - deadzone) / (1 - deadzone);
  return clamp(offset + Math.sign(value) * gain * beyond ** curve, -limit, limit);
}

class Curve extends Part {
  static properties = { kind: { state: true }, name: { state: true }, seen: { state: true } };

  constructor() {
    super();
    [this.kind, this.name] = ["parameters", "head_y"];
    this.seen = null;
    this.drag = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  // What arrives now; one question at a time, none while nobody looks.
  async look() {
    if (this.asking || document.hidden || store.link !== "live") return;
    this.asking = true;
    this.seen = await call("GET", "/api/face").catch(() => null);
    this.asking = false;
  }

  get all() {
    return wantedAt(["retarget", this.kind]) ?? {};
  }

  get curve() {
    return { ...USUAL, ...this.all[this.name] };
  }

  get low() {
    const info = this.kind === "parameters" ? store.parameters.find(({ name }) => name === this.name) : null;
    return info?.low ?? 0;
  }

  put(changes, done = true) {
    const { [this.name]: mine, ...others } = this.all;
    const next = { ...USUAL, ...mine };
    for (const [key, value] of Object.entries(changes)) next[key] = rounded(clamp(value, ...RANGES[key]));
    const usual = Object.keys(USUAL).every((key) => next[key] === USUAL[key]);
    changeSetting(["retarget", this.kind], usual && done ? others : { ...others, [this.name]: next }, done);
  }

  choose(text) {
    [this.kind, this.name] = text.split(" ");
  }

  // Places of the picture: from the smallest value at the left and below to 1 at the right and above.
  place(value) {
    return (SIDE * (value - this.low)) / (1 - this.low);
  }

  up(value) {
    return SIDE - this.place(value);
  }

  at(event) {
    const box = this.querySelector(".curve rect").getBoundingClientRect();
    const width = 1 - this.low;
    return [this.low + (width * (event.clientX - box.left)) / box.width, 1 - (width * (event.clientY - box.top)) / box.height];
  }

  // Each point turns one number, or two, so that it stays under the pointer.
  points() {
    const { gain, curve, deadzone, offset } = this.curve;
    const x = deadzone + MIDDLE * (1 - deadzone);
    return {
      end: [1, offset + gain, ([, up]) => ({ gain: up - offset })],
      middle: [x, offset + gain * MIDDLE ** curve, ([, up]) => ({ curve: Math.log(clamp((up - offset) / (gain || 1), 0.01, 0.99)) / Math.log(MIDDLE) })],
      start: [deadzone, offset, ([across, up]) => ({ deadzone: across, offset: Math.abs(up) < 0.04 ? 0 : up })],
    };
  }

  grab(event, name) {
    event.preventDefault();
    this.drag = name;
    event.target.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.drag) return;
    this.put(this.points()[this.drag][2](this.at(event)), false);
  }

  drop() {
    if (!this.drag) return;
    this.drag = "";
    this.put({});
  }

  render() {
    if (!store.settings || !store.parameters.length) return noChange;
    const changed = Object.keys(this.all).length;
    return card(t("curve.title"), html`<p class="soft small">${t("curve.line")}</p>
      <label class="f">${t("curve.choose")}<select id="curve-name" @change=${(event) => this.choose(event.target.value)}>
        ${GROUPS.map(([group, pattern]) => this.options(t(`poser.${group}`), "parameters", store.parameters.map(({ name }) => name).filter((name) => pattern.test(name))))}
        ${this.options(t("curve.shapes"), "shapes", SHAPES)}</select></label>
      <div class="curve">${this.picture()}<div class="numbers">${Object.keys(USUAL).map((key) => this.number(key))}
        <p class="soft small num" role="status">${this.told()}</p></div></div>`, html`
      ${button("rotate-ccw", t("curve.reset"), () => this.put(USUAL), { kind: "tiny", disabled: !(this.name in this.all) })}
      ${changed > 1 ? button("eraser", t("curve.reset.all", { n: changed }), () => changeSetting(["retarget", this.kind], {}), { kind: "tiny ghost" }) : nothing}`);
  }

  options(label, kind, names) {
    const own = wantedAt(["retarget", kind]) ?? {};
    return html`<optgroup label=${label}>${names.map((name) => html`<option value="${kind} ${name}"
      .selected=${kind === this.kind && name === this.name}>${own[name] ? "• " : ""}${wordsOf(kind, name)}</option>`)}</optgroup>`;
  }

  picture() {
    const curve = this.curve;
    const line = Array.from({ length: STEPS + 1 }, (_, step) => {
      const value = this.low + ((1 - this.low) * step) / STEPS;
      return `${this.place(value).toFixed(1)},${this.up(shaped(value, curve)).toFixed(1)}`;
    }).join(" ");
    const value = this.seen?.[this.kind]?.[this.name];
    return html`<svg viewBox="-8 -8 ${SIDE + 16} ${SIDE + 16}" role="img" aria-label=${t("curve.picture", { name: wordsOf(this.kind, this.name) })}
      @pointermove=${this.move} @pointerup=${this.drop} @pointercancel=${this.drop}>${svg`
      <rect width=${SIDE} height=${SIDE} rx="6"></rect>
      <path class="axes" d="M0 ${this.up(0)}H${SIDE}M${this.place(0)} 0V${SIDE}"></path>
      <path class="plain" d="M0 ${SIDE}L${SIDE} 0"></path><polyline points=${line}></polyline>
      ${typeof value === "number" ? svg`<circle class="dot" r="5" cx=${this.place(value)} cy=${this.up(shaped(value, curve))}></circle>` : nothing}
      ${Object.entries(this.points()).map(([name, [x, y]]) => svg`<circle class="grip" data-grip=${name} r="8" cx=${this.place(x)}
        cy=${clamp(this.up(y), 0, SIDE)} @pointerdown=${(event) => this.grab(event, name)}></circle>`)}`}</svg>`;
  }

  number(key) {
    const [low, high] = RANGES[key];
    const value = this.curve[key];
    const words = t(`curve.${key}`);
    return html`<div class="pr"><span class="name">${words}</span><span class="one">${range(words, { value, low, high,
      slide: (now) => this.put({ [key]: now }, false), done: (now) => this.put({ [key]: now }) })}
      <input class="value" type="number" id="curve-${key}" aria-label=${t("poser.value", { name: words })} min=${low} max=${high} step="0.01"
        ${shows(value.toFixed(2))} @change=${({ target }) => this.enter(key, target)}></span></div>`;
  }

  enter(key, field) {
    if (field.value !== "") this.put({ [key]: Number(field.value) });
    else field.value = this.curve[key].toFixed(2);
  }

  told() {
    const value = this.seen?.[this.kind]?.[this.name];
    if (typeof value !== "number") return t(this.seen?.seen ? "curve.not.sent" : "curve.no.face");
    return t("curve.now", { from: value.toFixed(2), to: shaped(value, this.curve).toFixed(2) });
  }
}

function wordsOf(kind, name) {
  if (kind === "shapes") return name;
  const side = name.match(/_(left|right)$/)?.[1];
  return side ? `${named("parameter", name.replace(/_(left|right)$/, ""))}, ${t(`side.${side}`)}` : named("parameter", name);
}

customElements.define("vt-curve", Curve);
