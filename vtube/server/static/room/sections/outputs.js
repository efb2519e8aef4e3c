// Where the picture goes.

import { address, call } from "../api.js";
import { isRecording, record } from "../acts.js";
import { button, card, copyCommand, copyable, fix, head, icon, segments, tag, toggle } from "../controls.js";
import { failureLine, failuresOf, isShown, outputsLamp, sizeOf, viewersOf } from "../lamps.js";
import "../links.js";
import { Part, html, nothing } from "../part.js";
import { isNear } from "../preview.js";
import { attempt } from "../problems.js";
import { wantedAt } from "../settings.js";
import { store } from "../store.js";
import { named, said, t } from "../words.js";

const KINDS = ["browser", "camera", "window", "ndi", "spout"];
const TONES = { live: "good", opening: "wait", failed: "bad", ended: "bad", closed: "off" };
const ICONS = { browser: "monitor-up", camera: "webcam", window: "square", file: "film", ndi: "radio", spout: "link-2" };
const WAYS = ["browser", "media", "dock"];
const VIDEOS = ["mov", "mkv", "webm", "mp4"];

class OutputsPage extends Part {
  static properties = { way: { state: true }, video: { state: true }, invitation: { state: true } };

  constructor() {
    super();
    this.way = "browser";
    this.invitation = null;
    this.video = localStorage.getItem("vtube.video") ?? "mov";
  }

  render() {
    const { state } = store;
    const lamp = outputsLamp(state);
    return html`${head(t("nav.outputs"), t("outputs.line"))}
      ${failuresOf(state).map((one) => fix("bad", failureLine(one), copyCommand(one.error)))}
      ${lamp.help && !failuresOf(state).length ? fix(lamp.tone === "off" ? "off" : "wait", lamp.help) : nothing}
      ${this.obs(state)} ${this.list(state)} ${this.recording(state)} ${this.others(state)}
      <vt-links></vt-links>
      <vt-settings section="outputs"></vt-settings>`;
  }

  obs(state) {
    const { obs, pages } = viewersOf(state);
    const addresses = { browser: "/camera", media: "/stream.nut", dock: "/" };
    const words = obs ? t("outputs.obs") : pages ? t("outputs.pages", { n: pages }) : t("outputs.nobody");
    return card(t("outputs.for.obs"), html`
      ${segments(t("outputs.for.obs"), WAYS.map((one) => [one, t(`way.${one}`)]), this.way, (one) => { this.way = one; })}
      ${copyable(address(addresses[this.way]).href, t("start.obs.copy"))}
      <p class="soft small">${t(`way.${this.way}.how`, { size: sizeOf(state) })}</p>`, tag(isShown(state) ? "good" : "wait", words));
  }

  list(state) {
    const specs = wantedAt(["outputs"]) ?? [];
    const kinds = [...KINDS, ...specs.map((spec) => spec.split(":")[0]).filter((kind) => !KINDS.includes(kind))];
    return card(t("outputs.all"), html`<ul class="rows">${kinds.map((kind) => this.output(kind, specs, state))}</ul>`);
  }

  output(kind, specs, { outputs = [] }) {
    const spec = specs.find((one) => one.split(":")[0] === kind);
    const status = outputs.find(({ name }) => name === kind);
    const at = status?.state ?? "off";
    const why = status?.error ? said(status.error) : "";
    const detail = at === "absent" ? t("outputs.absent", { why }) : why || (kind === "null" ? "" : status?.detail) || named("output", kind);
    const numbers = status?.state === "live" ? t("outputs.numbers", { sent: status.sent, dropped: status.dropped }) : "";
    return html`<li class="row" data-output=${kind}><span class="ic ${TONES[at] ?? ""}">${icon(ICONS[kind] ?? "monitor-up")}</span>
      <b>${named("output.name", kind)}</b><span class="d">${detail}${numbers ? html` · <span class="num">${numbers}</span>` : nothing}</span>
      <span class="r">${copyCommand(status?.error)}${tag(TONES[at] ?? "off", t(`state.${at}`))}
        ${kind === "browser" ? nothing : toggle(t("outputs.switch", { name: named("output.name", kind) }), Boolean(spec) && at !== "absent",
          (on) => attempt(() => call("PUT", "/api/outputs", { spec: spec ?? kind, on }), "outputs"), { hidden: true })}</span></li>`;
  }

  recording(state) {
    const { recording } = state;
    const on = isRecording(state);
    return card(t("record.title"), html`
      ${recording?.error ? fix("bad", said(recording.error)) : nothing}
      ${recording ? html`<p class="soft small">${recording.detail} · ${t("outputs.numbers", { sent: recording.sent, dropped: recording.dropped })}</p>`
        : html`<p class="soft small">${t("record.line")}</p>`}
      <div class="buttons"><label class="f">${t("record.kind")}<select id="video" ?disabled=${on} @change=${(event) => this.choose(event.target.value)}>
        ${VIDEOS.map((kind) => html`<option value=${kind} .selected=${kind === this.video}>${t(`video.${kind}`)}</option>`)}</select></label>
        ${button("circle-dot", t(on ? "record.stop" : "record"), () => record(this.video), { kind: on ? "" : "main" })}</div>`,
    on ? tag("bad", t("record.running")) : nothing);
  }

  choose(kind) {
    this.video = kind;
    localStorage.setItem("vtube.video", kind);
  }

  async invite() {
    this.invitation = await attempt(() => call("POST", "/api/invitation"), "outputs");
  }

  // One code lets one browser in.
  inviting() {
    const { url, qr = [] } = this.invitation ?? {};
    const path = qr.flatMap((row, y) => [...row].map((dark, x) => (dark === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return html`${url ? html`<svg class="qr" role="img" aria-label=${t("others.qr")} viewBox="0 0 ${qr.length} ${qr.length}"><path d=${path}></path></svg>
        ${copyable(url, t("start.obs.copy"))}<p class="soft small">${t("others.once")}</p>` : nothing}
      <div class="buttons">${button("qr-code", t("others.invite"), () => this.invite())}</div>`;
  }

  others() {
    const host = store.settings?.server?.host ?? "127.0.0.1";
    const open = !["127.0.0.1", "localhost", "::1"].includes(host);
    return card(t("others.title"), html`<p class="soft">${t(open ? "others.open" : "others.closed", { host })}</p>
      ${open || !isNear() ? nothing : html`<div class="code"><code>server: {host: 0.0.0.0, token: …}</code></div>`}
      ${open ? this.inviting() : nothing}`,
    tag(open ? "good" : "off", t(open ? "others.on" : "others.off")));
  }
}

customElements.define("vt-outputs", OutputsPage);
