// The sections in the order of a stream. `page` draws one; `hidden` says of a state that there is no such thing.

import { html } from "../part.js";
import "./character.js";
import "./chat.js";
import "./expressions.js";
import "./face.js";
import "./outputs.js";
import "./poser.js";
import "./scene.js";
import "./speed.js";
import "./start.js";
import "./studio.js";
import "./voice.js";

export const SECTIONS = {
  start: { page: () => html`<vt-start></vt-start>`, icon: "sparkles" },
  character: { page: () => html`<vt-character></vt-character>`, icon: "user" },
  face: { page: () => html`<vt-face></vt-face>`, icon: "scan-face" },
  voice: { page: () => html`<vt-voice></vt-voice>`, icon: "mic" },
  expressions: { page: () => html`<vt-expressions></vt-expressions>`, icon: "smile" },
  scene: { page: () => html`<vt-scene></vt-scene>`, icon: "layers" },
  poser: { page: () => html`<vt-poser></vt-poser>`, icon: "sliders-horizontal" },
  chat: { page: () => html`<vt-chat></vt-chat>`, icon: "message-circle" },
  outputs: { page: () => html`<vt-outputs></vt-outputs>`, icon: "monitor-up" },
  studio: { page: () => html`<vt-studio></vt-studio>`, icon: "film" },
  speed: { page: () => html`<vt-speed></vt-speed>`, icon: "gauge" },
};
