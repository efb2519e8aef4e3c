const number = (value, digits) => (typeof value === "number" ? value.toFixed(digits) : "–");

function figure(value, unit, title) {
  const item = document.createElement("li");
  const strong = document.createElement("b");
  strong.textContent = value;
  item.append(strong, ` ${unit}`);
  item.title = title;
  return item;
}

function device({ name, state, rate_hz: rate, detail, error, level_db: level }) {
  const item = document.createElement("li");
  item.className = state;
  const parts = { dot: "", name, rate: rateOf(state, rate), detail: error || detail };
  for (const [kind, text] of Object.entries(parts)) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text ?? "";
    item.append(part);
  }
  if (typeof level === "number") item.append(meter(level));
  return item;
}

// A bar from -60 dB to full scale.
export function meter(level) {
  const bar = document.createElement("meter");
  Object.assign(bar, { min: -60, max: 0, low: -50, high: -3, optimum: -20, value: level ?? -60 });
  bar.title = level === null ? "cannot be opened" : level <= -80 ? "silent" : `${number(level, 0)} dB`;
  return bar;
}

function rateOf(state, rate) {
  return state === "live" && rate ? `${number(rate, 0)} per s` : state;
}

const PUPPET = {
  baking: "Learning this character: it soon moves smoothly",
  coarse: "Learning this character: it gets finer",
};

// How far the puppet of the character is, while it is made.
function showPuppet({ state, progress, seconds_left: left, reason } = {}) {
  const line = document.getElementById("puppet");
  const [text, bar] = line.children;
  line.hidden = !(state in PUPPET) && state !== "failed";
  bar.hidden = state === "failed";
  bar.value = progress ?? 0;
  text.textContent = state === "failed" ? `No puppet of this character: ${reason}` : `${PUPPET[state]}${timeOf(left)}`;
}

function timeOf(left) {
  if (typeof left !== "number") return "";
  return left > 90 ? `, ${number(left / 60, 0)} min left` : `, ${number(left, 0)} s left`;
}

// Figures, devices and failures of one state.
export function showState(state) {
  document.getElementById("figures").replaceChildren(
    figure(number(state.output_fps, 1), "fps", "frames a second that leave the program"),
    figure(number(state.render_fps, 1), "drawn", "frames a second that the engine draws"),
    figure(number(state.frame_ms, 1), "ms a frame", "time the engine takes for one frame"),
    figure(number(state.latency_ms, 0), "ms latency", "from a tracked face to the frame that shows it"),
    figure(state.engine ?? "–", "", "engine"),
    figure(state.character ?? "–", "", "character"),
  );
  const devices = [...(state.inputs ?? []), ...(state.outputs ?? [])];
  if (devices.length) document.getElementById("devices").replaceChildren(...devices.map(device));
  showPuppet(state.puppet);
  const failure = document.getElementById("failure");
  failure.hidden = !state.failure;
  failure.textContent = state.failure ?? "";
}
