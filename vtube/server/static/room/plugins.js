// Plug-ins that are made for VTube Studio: the switch, who asks, who may come in.

import { call } from "./api.js";
import { button, card, fix, icon, tag } from "./controls.js";
import { setting } from "./fields.js";
import { html, nothing } from "./part.js";
import { attempt } from "./problems.js";
import { store } from "./store.js";
import { t } from "./words.js";

const TONES = { on: "good", failed: "bad", off: "off" };

const answer = (number, allow) => attempt(() => call("POST", "/api/plugins/answer", { number, allow }), "face");
const revoke = (key) => attempt(() => call("DELETE", `/api/plugins/${key}`), "face");

// One line for each plug-in that waits for an answer, above whatever section is open.
export const asking = () => (store.state.vts_api?.asking ?? []).map(({ number, name, developer, origin }) =>
  fix("wait", t(origin ? "plugins.asks.page" : "plugins.asks", { name, developer, origin }), html`
    ${button("check", t("plugins.allow"), () => answer(number, true), { kind: "main", label: t("plugins.allow.name", { name }) })}
    ${button("x", t("plugins.refuse"), () => answer(number, false), { label: t("plugins.refuse.name", { name }) })}`));

const row = ({ key, name, developer, connected }) => html`<li class="row" data-plugin=${key}>
  <span class="ic ${connected ? "good" : ""}">${icon("link-2")}</span><b>${name}</b><span class="d">${developer}</span>
  <span class="r">${tag(connected ? "good" : "off", t(connected ? "plugins.connected" : "plugins.away"))}
    ${button("trash-2", "", () => revoke(key), { kind: "tiny ghost", label: t("plugins.revoke", { name }) })}</span></li>`;

export const plugins = () => {
  const { state = "off", reason, port, plugins: known = [] } = store.state.vts_api ?? {};
  return card(t("plugins.title"), html`<p class="soft small">${t("plugins.line", { port })}</p>
    ${reason ? fix("bad", reason) : nothing}
    ${setting("vts_api.enabled")}
    ${known.length ? html`<ul class="rows">${known.map(row)}</ul>` : nothing}`, tag(TONES[state], t(`plugins.${state}`)));
};
