// The chat: who writes, who is answered, the way to stop it all, and what is remembered.

import { call } from "../api.js";
import { button, card, copyCommand, empty, fix, head, icon, segments, tag, toggle } from "../controls.js";
import { setting } from "../fields.js";
import { Part, html, nothing } from "../part.js";
import { nameOf } from "../path.js";
import { attempt } from "../problems.js";
import { changeSetting, wantedAt } from "../settings.js";
import { store } from "../store.js";
import { said, t } from "../words.js";
import "../memory.js";

const TONES = { live: "good", connecting: "wait", waiting: "wait", lost: "wait", failed: "bad", ended: "off" };
const STAGES = { idle: "good", thinking: "wait", speaking: "good", held: "wait", off: "off" };
const EARS = { listening: "good", hearing: "good", recognising: "wait", loading: "wait", deaf: "off", failed: "bad", off: "off" };
const MODES = ["all", "mention", "prefix"];
const SHOWN = 30;

const ask = (path, body) => attempt(() => call("POST", path, body), "chat");
const choose = (key, answer) => ask("/api/chat/choose", { key, answer });

class ChatPage extends Part {
  render() {
    const { chat = {}, dialogue = {}, listening = {} } = store.state;
    const { state: stage = "off" } = dialogue;
    return html`${head(t("nav.chat"), t("chat.line", { name: nameOf(store.state) }), html`
        ${toggle(t("chat.answers"), stage !== "held" && stage !== "off", (on) => ask(on ? "/api/dialogue/resume" : "/api/dialogue/stop?hold=1"),
          { disabled: stage === "off" })}
        ${button("square", t("chat.stop"), () => ask("/api/dialogue/stop"))}`)}
      ${dialogue.failure ? fix("bad", said(dialogue.failure), copyCommand(dialogue.failure)) : nothing}
      ${stage === "off" ? fix("off", t("chat.no.model")) : stage === "held" ? fix("wait", t("chat.held")) : nothing}
      ${(chat.sources ?? []).filter((one) => one.replies?.failure).map(({ name, replies }) => fix("wait", t("chat.replies.failed", { name, why: replies.failure })))}
      ${dialogue.sight?.on ? fix("wait", t("chat.sight", { count: dialogue.sight.looks })) : nothing}
      ${this.messages(chat, dialogue)}
      <div class="g2">${this.mind(dialogue, stage)}${this.rules()}</div>${this.ear(listening)}
      ${this.answers(dialogue)}<vt-memory></vt-memory><vt-settings section="chat"></vt-settings>`;
  }

  messages({ sources = [], recent = [] }, { answering, waiting = [] }) {
    const keys = new Set(waiting.map(({ text, user }) => `${user}\n${text}`));
    const past = [...recent].reverse().filter(({ text, user }) => !keys.has(`${user}\n${text}`) && text !== answering?.text);
    const none = !answering && !waiting.length && !past.length;
    return card(t("chat.messages"), html`
      ${none ? empty("message-circle", t(sources.length ? "chat.quiet" : "chat.none")) : nothing}
      <ul class="rows messages">
        ${answering ? this.message(answering, tag("good", t("chat.answering"))) : nothing}
        ${waiting.map((one) => this.message(one, html`
          ${button("check", t("chat.answer"), () => choose(one.key, true), { kind: "tiny", label: t("chat.answer.whom", { name: one.user, text: one.text }) })}
          ${button("x", "", () => choose(one.key, false), { kind: "tiny ghost", label: t("chat.leave", { name: one.user, text: one.text }) })}`))}
        ${past.slice(0, SHOWN).map((one) => this.message(one, one.amount ? tag("wait", `${one.amount} ${one.currency}`) : nothing))}</ul>
      <form class="say" id="write" @submit=${(event) => this.write(event)}><label class="vh" for="write-text">${t("chat.write")}</label>
        <input id="write-text" maxlength="2000" autocomplete="off" placeholder=${t("chat.write")}>
        ${button("send", "", () => {}, { label: t("chat.write"), type: "submit" })}</form>`,
    sources.map(({ name, state, detail, reason, replies }) => html`<span title=${said(reason || detail)}>${tag(TONES[state] ?? "wait", `${name} · ${t(`state.${state}`)}`)}</span>
      ${replies ? html`<span title=${replies.failure}>${tag(replies.failure ? "bad" : "good", `${name} · ${t("chat.replies.sent", { count: replies.sent })}`)}</span>` : nothing}`));
  }

  message({ user, text, count = 1 }, right) {
    return html`<li class="row"><span class="ic">${user ? user.slice(0, 1).toUpperCase() : icon("message-circle")}</span>
      <b class="small">${user || t("chat.nobody")}${count > 1 ? ` × ${count}` : ""}</b><span class="d said">${text}</span><span class="r">${right}</span></li>`;
  }

  async write(event) {
    event.preventDefault();
    const field = this.querySelector("#write-text");
    const text = field.value.trim();
    if (text && (await ask("/api/chat", { text, user: t("chat.you") }))) field.value = "";
  }

  mind({ model, persona, latency_ms: latency = {} }, stage) {
    const { first_sound: sound, first_word: word } = latency;
    const fact = (name, value) => html`<div><dt>${t(name)}</dt><dd>${value}</dd></div>`;
    return card(t("chat.mind"), html`<dl class="facts">
        ${fact("chat.model", model && model !== "none" ? model : t("voice.nothing"))} ${fact("chat.persona", persona || "–")}
        ${typeof word === "number" ? fact("chat.first.word", `${(word / 1000).toFixed(1)} s`) : nothing}
        ${typeof sound === "number" ? fact("chat.first.sound", `${(sound / 1000).toFixed(1)} s`) : nothing}</dl>
      ${setting("llm", t("chat.model"))} ${setting("dialogue.persona", t("chat.persona"))}`, tag(STAGES[stage] ?? "off", t(stage === "held" ? "chat.held.tag" : `chat.${stage}`)));
  }

  ear({ state: ear = "off", reason, heard, source, recogniser }) {
    return card(t("chat.ear"), html`${reason ? fix("bad", said(reason), copyCommand(reason)) : nothing}
      ${heard ? html`<ul class="rows heard"><li class="row"><span class="ic">${icon("mic")}</span><b class="small">${t("chat.you")}</b>
        <span class="d said">${heard}</span><span class="r">${source} · ${recogniser}</span></li></ul>` : nothing}
      ${setting("listen", t("chat.ear.source"))} ${setting("listening.while_speaking", t("chat.ear.over"))}
      ${setting("listening.silence_s", t("chat.ear.silence"))} ${setting("listening.language", t("chat.ear.language"))}`,
    tag(EARS[ear] ?? "off", t(`chat.ear.${ear}`)));
  }

  rules() {
    const mode = ["dialogue", "selection", "mode"];
    return card(t("chat.rules"), html`${setting("dialogue.selection.hold", t("chat.approve"))}
      <div class="setting"><span>${t("chat.whom")}</span>${segments(t("chat.whom"), MODES.map((one) => [one, t(`chat.mode.${one}`)]),
        wantedAt(mode), (one) => changeSetting(mode, one))}</div>
      ${setting("dialogue.replies.enabled", t("chat.replies"))}
      ${setting("dialogue.selection.cooldown_s", t("chat.cooldown"))} ${setting("dialogue.selection.max_sentences", t("chat.sentences"))}`);
  }

  answers({ log = [] }) {
    if (!log.length) return nothing;
    return card(t("chat.said"), html`<ul class="rows answers">${[...log].reverse().map((one) => html`<li class="row">
      <span class="ic">${icon("volume-2")}</span><b>${one.answer || one.filtered || "–"}</b>
      <span class="d">${[one.user && `${one.user}: ${one.text}`, one.why].filter(Boolean).join(" · ")}</span>
      <span class="r">${one.filtered ? tag("bad", t("chat.filtered")) : one.interrupted ? tag("wait", t("chat.interrupted")) : nothing}</span></li>`)}</ul>`);
  }
}

customElements.define("vt-chat", ChatPage);
