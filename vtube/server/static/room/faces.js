// An expression as a button with the character's own face, where the program has drawn it by now.

import { address } from "./api.js";
import { html, nothing } from "./part.js";
import { store } from "./store.js";
import { named } from "./words.js";

const failed = new Set();

// The faces belong to a character and an engine: with another one they are asked for anew.
const editionOf = ({ portraits }) => portraits?.edition ?? "";

function picture(name) {
  const { portraits } = store.state;
  if (!portraits?.ready?.includes(name)) return nothing;
  const source = address(`/api/emotions/${encodeURIComponent(name)}.webp`, { v: editionOf(store.state) }).href;
  if (failed.has(source)) return nothing;
  return html`<img src=${source} alt="" loading="lazy" @error=${() => failed.add(source)}>`;
}

export const face = (name, { key, press, note = nothing }) => html`
  <button type="button" class="face" data-name=${name} aria-pressed=${String(store.state.emotion === name)} @click=${press}>
    <span class="p">${picture(name)}<span class="letter" aria-hidden="true">${named("emotion", name).slice(0, 1)}</span>
      ${key ? html`<kbd>${key}</kbd>` : nothing}${note}</span>
    <span class="n">${named("emotion", name)}</span></button>`;
