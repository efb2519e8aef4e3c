// A box on a picture: where its head is. It is dragged, made larger at its corner, and moved by the arrow keys.

import { Part, html, nothing, vars } from "./part.js";
import { t } from "./words.js";

const STEP = 0.01; // of the picture's width, for a key
const SMALLEST = 0.03;
const KEYS = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], "+": [0, 0, 1], "-": [0, 0, -1] };

// `box` is { x, y, size } in pixels of the picture: the middle of a square and its side. `moved` gets a new one.
class HeadBox extends Part {
  static properties = { src: {}, label: {}, box: { attribute: false }, moved: { attribute: false }, own: { state: true }, picture: { state: true } };

  constructor() {
    super();
    this.own = null;
    this.picture = null;
    this.from = null;
  }

  willUpdate(changed) {
    if (changed.has("src")) this.own = null;
    if (changed.has("box") && this.box) this.own = this.box;
  }

  render() {
    return html`<div class="shot"><img class="checks" src=${this.src} alt=${this.label}
        @load=${({ target }) => { this.picture = { width: target.naturalWidth, height: target.naturalHeight }; }}>
      ${this.own && this.picture ? this.frame(this.own, this.picture) : nothing}</div>`;
  }

  frame({ x, y, size }, { width, height }) {
    const at = { "--x": `${(100 * (x - size / 2)) / width}%`, "--y": `${(100 * (y - size / 2)) / height}%`, "--w": `${(100 * size) / width}%` };
    return html`<button type="button" class="headbox" aria-label=${t("character.head.box")} ${vars(at)} @pointerdown=${this.take}
      @pointermove=${this.drag} @pointerup=${this.done} @pointercancel=${this.done} @keydown=${this.key}><i></i></button>`;
  }

  take(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.focus();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.from = { left: event.clientX, top: event.clientY, ...this.own, grows: event.target.localName === "i" };
  }

  drag(event) {
    if (!this.from) return;
    const { left, top, grows, x, y, size } = this.from;
    const scale = this.picture.width / this.querySelector("img").getBoundingClientRect().width;
    const [right, down] = [(event.clientX - left) * scale, (event.clientY - top) * scale];
    const more = Math.max(right, down);
    this.put(grows ? { x: x + more / 2, y: y + more / 2, size: size + more } : { x: x + right, y: y + down, size });
  }

  done() {
    if (!this.from) return;
    this.from = null;
    this.moved?.(this.own);
  }

  key(event) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [right, down, more] = step.map((one) => one * STEP * this.picture.width);
    const { x, y, size } = this.own;
    this.put({ x: x + right, y: y + down, size: size + more });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.moved?.(this.own), 600);
  }

  put({ x, y, size }) {
    const { width, height } = this.picture;
    const within = (value, most) => Math.min(most, Math.max(0, value));
    const side = Math.min(Math.max(width, height), Math.max(SMALLEST * width, size));
    this.own = { x: within(x, width), y: within(y, height), size: side };
  }
}

customElements.define("vt-headbox", HeadBox);
