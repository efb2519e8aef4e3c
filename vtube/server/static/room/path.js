// The top of the page: the character, the signal path, search, problems, language, theme and On air.

import { call } from "./api.js";
import { copyCommand, icon } from "./controls.js";
import { isShown, lampsOf } from "./lamps.js";
import { Part, html, nothing } from "./part.js";
import { attempt, close, closeAll, confirmed, problems } from "./problems.js";
import { store } from "./store.js";
import { flipTheme } from "./theme.js";
import { LANGUAGES, currentLanguage, speak, t } from "./words.js";

export async function putOnAir(on) {
  if (await attempt(() => call("PUT", "/api/air", { on }))) confirmed(t(on ? "air.shown" : "air.hidden"));
}

class SignalPath extends Part {
  render() {
    const { state, link, meters } = store;
    return html`<h1 class="vh">${t("room")}</h1>
      <a class="brand" href="#start" aria-label=${t("nav.start")}><img src="/static/icon.svg" alt="" width="30" height="30"></a>
      <a class="who" href="#character">
        <span><b>${nameOf(state)}</b>${link === "live" ? engineOf(state) : html`<small class="link">${t(`link.${link}`)}</small>`}</span></a>
      <nav class="flow" aria-label=${t("path.label")}><ol class="path">
        ${link === "live" ? lampsOf(state, meters).map((one) => this.lamp(one)) : nothing}</ol></nav>
      <button type="button" class="icon" title="${t("search")} (Ctrl K)" aria-label=${t("search")}
        @click=${() => this.dispatchEvent(new CustomEvent("search", { bubbles: true }))}>${icon("search")}</button>
      ${this.bell()}
      <details class="menu">
        <summary class="icon" aria-label=${t("language")} title=${t("language")}>${icon("languages")}</summary>
        <div class="sheet">${Object.entries(LANGUAGES).map(([name, words]) => html`
          <button type="button" class="btn ghost" lang=${name} aria-pressed=${String(name === currentLanguage())}
            @click=${(event) => this.choose(event, name)}>${words}</button>`)}
          <button type="button" class="btn ghost theme" @click=${flipTheme}>${icon("sun")}${t("theme")}</button></div>
      </details>
      <button type="button" class="icon theme" title=${t("theme")} aria-label=${t("theme")} @click=${flipTheme}>${icon("sun")}</button>
      ${this.air(state, link)}`;
  }

  lamp({ name, icon: picture, tone, line, help, section }) {
    return html`<li><a class="lamp ${tone}" id="lamp-${name}" href="#${section}" title=${[line, help].filter(Boolean).join("\n")}>
      <span class="bulb">${icon(picture)}</span>
      <span><b>${t(`nav.lamp.${name}`)}</b><small>${line}</small>${help ? html`<span class="vh">. ${help}</span>` : nothing}
      </span></a></li>`;
  }

  choose(event, name) {
    event.target.closest("details").open = false;
    speak(name);
  }

  air(state, link) {
    const hidden = state.on_air === false;
    const words = hidden ? "air.off" : isShown(state) ? "air.on" : "air.ready";
    return html`<button type="button" id="air" class="onair ${hidden ? "hidden" : isShown(state) ? "live" : ""}"
      aria-pressed=${String(!hidden)} ?disabled=${link !== "live"} title=${t(hidden ? "air.show" : "air.hide")}
      @click=${() => putOnAir(hidden)}><i></i><span>${t(words)}</span><kbd>H</kbd></button>`;
  }

  bell() {
    const list = problems();
    const open = list.filter((one) => !one.over).length;
    return html`<details class="menu" id="problems">
      <summary class="icon" aria-label=${t("problems.count", { n: open })} title=${t("problems")}>
        ${icon("bell")}${open ? html`<span class="count">${open}</span>` : nothing}</summary>
      <div class="sheet wide"><header><h3>${t("problems")}</h3>${list.length
        ? html`<button type="button" class="btn tiny" @click=${closeAll}>${t("problems.close.all")}</button>` : nothing}</header>
        ${list.length ? html`<ul>${list.map((one) => this.problem(one))}</ul>` : html`<p class="soft">${t("problems.none")}</p>`}
      </div></details>`;
  }

  problem({ key, text, section, command, at, over }) {
    return html`<li class=${over ? "over" : ""}><p>${text}<small>${at.toLocaleTimeString()}${over ? ` · ${t("problems.over")}` : ""}
      ${section ? html` · <a href="#${section}">${t(`nav.${section}`)}</a>` : nothing}</small></p>
      ${copyCommand("", command)}<button type="button" class="icon" aria-label=${t("close")} @click=${() => close(key)}>${icon("x")}</button></li>`;
  }
}

// The character's name as one writes a name; that of a picture is its file's.
export const nameOf = ({ character }) => (character ?? "vtube").replace(/\.\w+$/, "").replace(/^\p{Ll}/u, (first) => first.toUpperCase());

// The rate and what draws; where both have no room, the rate alone.
const engineOf = ({ engine = "", output_fps: fps }) => html`<small><span>${typeof fps === "number" ? fps.toFixed(0) : "–"} fps</span><span>
  · ${engine.replace(/ \(.*/, "")}</span></small>`;

customElements.define("vt-path", SignalPath);
