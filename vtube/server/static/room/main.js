// The control room: signal path above, sections at the left, the stage, and the chosen section.

import { calibrate, favourites, freeze, record, showEmotion, snapshot } from "./acts.js";
import { icon } from "./controls.js";
import { keepFocus } from "./focus.js";
import { lampsOf } from "./lamps.js";
import { Part, html, nothing } from "./part.js";
import { nameOf, putOnAir } from "./path.js";
import { asking } from "./plugins.js";
import { notice, watch } from "./problems.js";
import { undo } from "./settings.js";
import { connect, follow, store } from "./store.js";
import { followTheme } from "./theme.js";
import { chooseLanguage, t } from "./words.js";
import "./fields.js";
import "./search.js";
import "./stage.js";
import { SECTIONS } from "./sections/all.js";

const SEEN = "vtube.seen";
const ON_PHONE = new Set(["expressions", "chat", "voice", "face"]);

class Room extends Part {
  static properties = { section: { state: true } };

  constructor() {
    super();
    this.section = this.hashed() ?? (localStorage.getItem(SEEN) ? "expressions" : "start");
    localStorage.setItem(SEEN, "1");
    addEventListener("hashchange", () => this.turn());
    document.addEventListener("keydown", (event) => this.press(event));
    for (const leaving of ["click", "focusin"]) document.addEventListener(leaving, (event) => this.shut(event));
    for (const dragging of ["dragover", "drop"]) addEventListener(dragging, (event) => this.receive(event));
    this.addEventListener("search", () => this.querySelector("vt-search").open());
    if (location.hash.slice(1) !== this.section) history.replaceState(null, "", `#${this.section}`);
  }

  hashed() {
    const name = location.hash.slice(1);
    return name in SECTIONS ? name : null;
  }

  async turn() {
    this.section = this.hashed() ?? this.section;
    await this.updateComplete;
    this.querySelector(".panel").scrollTop = 0;
    this.showTab();
    this.querySelector(".menu[open]")?.removeAttribute("open");
    this.querySelector(".panel h2")?.focus({ preventScroll: true });
  }

  // On a phone the tabs are a row that scrolls sideways.
  showTab() {
    this.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  firstUpdated() {
    this.showTab();
  }

  // Menus shut when somebody presses beside them or goes on to something else.
  shut({ target }) {
    for (const menu of this.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  }

  press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.querySelector("vt-search").open();
      return;
    }
    if (event.key === "Escape") for (const menu of this.querySelectorAll(".menu[open]")) menu.open = false;
    const typing = event.target.closest?.("textarea, select, dialog, input:not([type=range], [type=checkbox], [type=radio])");
    const pressing = event.key === " " && event.target.closest?.("button, a, summary, input, [role=tab]");
    if (typing || pressing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || store.link !== "live") return;
    const digit = Number(event.key);
    const act = digit >= 1 && digit <= 8 ? () => showEmotion(favourites()[digit - 1]) : this.keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  keys = {
    h: () => putOnAir(store.state.on_air === false),
    c: calibrate,
    " ": freeze,
    p: snapshot,
    r: () => record(),
    u: undo,
  };

  updated() {
    this.dataset.section = this.section;
    watch();
    document.title = store.state.character ? `${nameOf(store.state)} · vtube` : "vtube";
  }

  // What no section takes: a file is a picture of a character; nothing that is dropped leads away from the page.
  receive(event) {
    const [brings, typing] = [event.dataTransfer?.types.includes("Files"), event.target.closest?.("input, textarea")];
    if (event.defaultPrevented || (typing && !brings)) return;
    event.preventDefault();
    const file = event.type === "drop" ? event.dataTransfer?.files[0] : null;
    if (file && store.link === "live") this.show(file);
  }

  async show(file) {
    location.hash = this.section = "character";
    await this.updateComplete;
    this.querySelector("vt-character").take(file);
  }

  skip(event) {
    event.preventDefault(); // following the link would take the focus away again
    this.querySelector(".panel h2")?.focus();
  }

  render() {
    const away = store.link !== "live";
    return html`<a class="skip btn" href="#${this.section}" @click=${this.skip}>${t("skip")}</a>
      <header class="top"><vt-path></vt-path></header>
      <nav class="rail" aria-label=${t("nav.label")} @focusin=${({ target }) => target.scrollIntoView({ block: "nearest", inline: "nearest" })}>${this.links()}</nav>
      <vt-stage class="stage" role="region" aria-label=${t("stage.label")}></vt-stage>
      <main class="panel" id=${this.section} ?inert=${away} aria-busy=${String(away)}>${asking()}${SECTIONS[this.section].page()}</main>
      <vt-search></vt-search>
      <p class="toast ${notice() ? "on" : ""}" role="status">${notice()}</p>`;
  }

  links() {
    const waiting = new Set(
      store.link === "live" ? lampsOf(store.state, store.meters).filter(({ tone }) => tone === "bad" || tone === "wait").map(({ section }) => section) : [],
    );
    const shown = Object.entries(SECTIONS).filter(([name, { hidden }]) => name !== "start" && !hidden?.(store.state));
    return shown.map(([name, { icon: picture }]) => html`<a href="#${name}" class=${ON_PHONE.has(name) ? "" : "rest"}
      aria-current=${name === this.section ? "page" : nothing}>${icon(picture)}<span>${t(`nav.${name}`)}</span>
      ${waiting.has(name) ? html`<span class="mark"><span class="vh">${t("nav.waits")}</span></span>` : nothing}</a>`);
  }
}

chooseLanguage();
followTheme();
customElements.define("vt-room", Room);
follow(watch);
follow(() => setTimeout(keepFocus)); // when the parts have been drawn
connect();
