// How fast: three figures, the last minute, what draws, and everything else that can be set.

import { button, card, copy, download, head } from "../controls.js";
import { pictureLamp } from "../lamps.js";
import { Part, html, nothing, svg } from "../part.js";
import { store } from "../store.js";
import { t } from "../words.js";

const WIDTH = 600;
const HEIGHT = 90;
const number = (value, digits = 1) => (typeof value === "number" ? value.toFixed(digits) : "–");

function line(history, of, most) {
  const points = history.map((one, index) => {
    const value = Math.min(most, of(one) ?? 0);
    return `${((WIDTH * index) / Math.max(1, history.length - 1)).toFixed(1)},${(HEIGHT - (HEIGHT * value) / most).toFixed(1)}`;
  });
  return points.join(" ");
}

class SpeedPage extends Part {
  render() {
    const { state, history } = store;
    const wanted = state.fps ?? 30;
    const limit = 1000 / wanted;
    const lamp = pictureLamp(state);
    return html`${head(t("nav.speed"), lamp.help ?? lamp.line, html`
        ${button("copy", t("speed.copy"), () => copy(reportOf(state)), { kind: "ghost" })}
        ${button("download", t("settings.export"), () => download("vtube settings.json", JSON.stringify(store.settings, null, 2), "application/json"))}`)}
      <div class="g3">
        ${this.figure(number(state.output_fps), t("speed.fps"), t("speed.of", { n: wanted }))}
        ${this.figure(number(state.frame_ms), t("speed.ms"), t("speed.limit", { n: limit.toFixed(1) }))}
        ${this.figure(number(state.latency_ms, 0), t("speed.delay"), t("speed.delay.line"))}</div>
      ${card(t("speed.minute"), html`
        ${this.chart(t("speed.fps"), history, ({ fps }) => fps, wanted * 1.25, wanted)}
        ${this.chart(t("speed.ms"), history, ({ ms }) => ms, limit * 2, limit)}`)}
      ${card(t("speed.engine"), html`<dl class="facts">
        <div><dt>${t("speed.engine")}</dt><dd>${state.engine}</dd></div>
        <div><dt>${t("speed.drawn")}</dt><dd class="num">${number(state.render_fps)}</dd></div>
        <div><dt>${t("speed.late")}</dt><dd class="num">${state.late ?? 0} / ${state.frames ?? 0}</dd></div>
        <div><dt>${t("speed.repeated")}</dt><dd class="num">${state.repeated ?? 0}</dd></div>
        <div><dt>${t("speed.version")}</dt><dd>${state.version}</dd></div></dl>`)}
      <vt-settings section="speed"></vt-settings>`;
  }

  figure(value, title, note) {
    return card("", html`<div class="stat"><b class="num">${value}</b><span>${title}</span><small class="soft">${note}</small></div>`);
  }

  chart(title, history, of, most, limit) {
    const at = HEIGHT - (HEIGHT * limit) / most;
    return html`<figure><figcaption class="soft small">${title}</figcaption>
      <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${title}>
        ${svg`<line class="limit" x1="0" x2=${WIDTH} y1=${at} y2=${at}></line>
        <polyline points=${line(history, of, most)}></polyline>`}</svg></figure>${nothing}`;
  }
}

function reportOf(state) {
  const { pose, held, ...rest } = state;
  return JSON.stringify({ ...rest, browser: navigator.userAgent }, null, 1);
}

customElements.define("vt-speed", SpeedPage);
