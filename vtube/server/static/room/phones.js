// What to enter in a phone's app: this computer's address as text and as QR code, the port, and what is in the way.

import { call } from "./api.js";
import { button, card, copyable, fix, segments, tag } from "./controls.js";
import { Part, html, nothing } from "./part.js";
import { attempt } from "./problems.js";
import { changeSetting, wantedAt } from "./settings.js";
import { store } from "./store.js";
import { t } from "./words.js";

const OPEN = "0.0.0.0";

class Phones extends Part {
  static properties = { found: { state: true }, app: { state: true }, address: { state: true } };

  constructor() {
    super();
    [this.found, this.app, this.address] = [null, "iFacialMocap", ""];
  }

  updated() {
    const now = `${store.link} ${store.state.revision}`;
    if (this.seen === now) return;
    this.seen = now;
    if (store.link === "live") this.ask();
  }

  async ask() {
    this.found = (await attempt(() => call("GET", "/api/phones"), "face")) ?? this.found;
  }

  render() {
    if (!this.found) return nothing;
    const { apps, reach, host } = this.found;
    const app = apps.find(({ name }) => name === this.app) ?? apps[0];
    return card(t("phones.title"), html`
      ${segments(t("phones.app"), apps.map(({ name }) => [name, name]), app?.name, (name) => { this.app = name; })}
      ${reach ? this.how(app) : this.closed(host)}`, app?.heard && reach ? tag("good", t("phones.heard")) : nothing);
  }

  closed(host) {
    if (wantedAt(["receiver", "host"]) === OPEN) return fix("wait", t(host === OPEN ? "phones.no.network" : "settings.restart"));
    return fix("wait", t("phones.closed", { host }), button("radio", t("phones.open"), () => changeSetting(["receiver", "host"], OPEN)));
  }

  how({ name, port, spec, asked, heard }) {
    const { addresses, codes } = this.found;
    const address = addresses.includes(this.address) ? this.address : addresses[0];
    const rows = codes[address] ?? [];
    const path = rows.flatMap((row, y) => [...row].map((dark, x) => (dark === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return html`${heard ? nothing : fix("wait", t(asked ? "phones.ask" : "phones.choose", { spec, name }))}
      <div class="phone"><svg class="qr" role="img" aria-label=${t("phones.qr", { address })} viewBox="0 0 ${rows.length} ${rows.length}"><path d=${path}></path></svg>
        <div><p>${t(asked ? "phones.how.asked" : "phones.how", { name, port })}</p>${copyable(address, t("start.obs.copy"))}
          <dl class="facts"><div><dt>${t("phones.port")}</dt><dd class="num">UDP ${port}</dd></div></dl>
          ${addresses.length > 1 ? html`<p class="soft small">${t("phones.others")}</p>
            ${segments(t("phones.others"), addresses.map((one) => [one, one]), address, (one) => { this.address = one; })}` : nothing}
          <p class="soft small">${t("phones.firewall")}</p></div></div>`;
  }
}

customElements.define("vt-phones", Phones);
