// A batch of stills: many poses in, one ZIP of transparent PNGs out, with progress and a way to stop.

import { address, token } from "./api.js";
import { favourites } from "./acts.js";
import { bar, button, card, download, segments } from "./controls.js";
import { sizeOf } from "./lamps.js";
import { Part, html, nothing } from "./part.js";
import { attempt, confirmed, report } from "./problems.js";
import { store } from "./store.js";
import { t } from "./words.js";

const SETS = ["all", "favourites", "own", "held", "file"];
const MOST = 200;
const FILE = [0x50, 0x4b, 0x03, 0x04]; // where a file begins in a ZIP

const byName = (name) => ({ name, expression: name });
const countOf = (piece) => {
  let found = 0;
  for (let at = piece.indexOf(FILE[0]); at >= 0; at = piece.indexOf(FILE[0], at + 1)) {
    if (FILE.every((byte, index) => piece[at + index] === byte)) found += 1;
  }
  return found;
};

class Stills extends Part {
  static properties = { set: { state: true }, poses: { state: true }, done: { state: true } };

  constructor() {
    super();
    this.set = "all";
    this.poses = null; // of a file: name to parameters
    this.done = null; // stills that have come, while some are on their way
  }

  get list() {
    const { held = {}, expressions = [] } = store.state;
    return {
      all: store.emotions.map(byName),
      favourites: favourites().map(byName),
      own: expressions.map(byName),
      held: Object.keys(held).length ? [{ name: "pose", pose: held }] : [],
      file: Object.entries(this.poses ?? {}).map(([name, pose]) => ({ name, pose })),
    }[this.set].slice(0, MOST);
  }

  async read(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    await attempt(async () => {
      const found = Object.entries(JSON.parse((await file.text()).replace(/^\uFEFF/, "")));
      const plain = ([name, pose]) => [name, Object.fromEntries(Object.entries(pose).map(([key, value]) => [key.replace(/_index$/, ""), value]))];
      this.poses = Object.fromEntries(found.map(plain));
      this.set = "file";
    }, "poser");
  }

  async make() {
    const stills = this.list;
    this.leaving = new AbortController();
    this.done = 0;
    try {
      const answer = await fetch(address("/api/stills"), {
        method: "POST", body: JSON.stringify({ stills }), signal: this.leaving.signal,
        headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      });
      if (!answer.ok) throw new Error((await answer.json()).error);
      const pieces = [];
      for (const reader = answer.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
        this.done = Math.min(stills.length, this.done + countOf(value));
      }
      download("stills.zip", new Blob(pieces, { type: "application/zip" }));
      confirmed(t("stills.done", { n: stills.length }));
    } catch (error) {
      if (error.name !== "AbortError") report(error instanceof TypeError ? t("away.asked") : error.message, "poser");
    }
    this.done = null;
  }

  render() {
    const { list } = this;
    const busy = this.done !== null;
    return card(t("stills.title"), html`<p class="soft small">${t("stills.line", { size: sizeOf(store.state) })}</p>
      <div>${segments(t("stills.which"), SETS.filter((one) => one !== "file" || this.poses).map((one) => [one, t(`stills.${one}`)]), this.set, (one) => { this.set = one; })}</div>
      ${busy ? html`<p role="status">${t("stills.running", { n: this.done, all: list.length })}</p>${bar(t("stills.title"), list.length ? this.done / list.length : 0)}
        <div class="buttons">${button("x", t("stills.stop"), () => this.leaving.abort())}</div>`
        : html`<div class="buttons">${button("download", t("stills.make", { n: list.length }), () => this.make(), { kind: "main", disabled: !list.length })}</div>
        ${list.length ? nothing : html`<p class="soft small">${t(`stills.none.${this.set}`)}</p>`}`}`, html`
      <label class="btn tiny" for="stills-file">${t("own.import")}</label>
      <input class="vh" type="file" id="stills-file" accept=".json,application/json" @change=${(event) => this.read(event)}>`);
  }
}

customElements.define("vt-stills", Stills);
