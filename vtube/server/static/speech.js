import { attempt } from "/static/api.js";

const nameOf = ({ number, text }) => `${number} ${text}`;
const wordsOf = ({ line, text }) => `Could not say “${text}”: ${line.replace(/; not said: .*$/s, "")}`;

function stateOf({ speaking, paused, pending = [], volume, device }) {
  if (paused && pending.length) return "Speech is paused.";
  if (speaking && device === null) return "No sound device: only the mouth moves.";
  if (speaking && volume === 0) return "The volume of speech is 0: only the mouth moves.";
  return pending.length && !speaking ? "Preparing to speak…" : "";
}

// The field *Say*; returns what tells below it how speech goes. What could not be said, whoever asked for it, stays
// until the next text is sent or heard; what failed before the page was opened is not told.
export function makeSpeech(form, field, line) {
  let known = null;
  let failure = null;
  let notice = "";

  const tell = (words) => {
    if (line.textContent !== words) line.textContent = words;
    line.classList.toggle("bad", failure !== null);
    line.hidden = !words;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    failure = null;
    notice = text ? "" : "There is nothing to say yet.";
    tell(notice);
    if (text && await attempt("POST", "/api/say", { text })) field.value = "";
  });
  return ({ speech }) => {
    if (!speech) return;
    const failures = speech.failures ?? [];
    const fresh = known ? failures.filter((one) => !known.has(nameOf(one))) : [];
    known = new Set(failures.map(nameOf));
    if (failure && speech.speaking && speech.present !== failure.number) failure = null;
    failure = fresh[fresh.length - 1] ?? failure;
    tell(failure ? wordsOf(failure) : stateOf(speech) || notice);
  };
}
