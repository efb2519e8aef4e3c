const number = (value, digits) => (typeof value === "number" ? value.toFixed(digits) : "–");

function figure(value, unit, title) {
  const item = document.createElement("li");
  const strong = document.createElement("b");
  strong.textContent = value;
  item.append(strong, ` ${unit}`);
  item.title = title;
  return item;
}

function device({ name, state, rate_hz: rate, detail, error }) {
  const item = document.createElement("li");
  item.className = state;
  const parts = { dot: "", name, rate: rateOf(state, rate), detail: error || detail };
  for (const [kind, text] of Object.entries(parts)) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text ?? "";
    item.append(part);
  }
  return item;
}

function rateOf(state, rate) {
  return state === "live" && rate ? `${number(rate, 0)} per s` : state;
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
  const failure = document.getElementById("failure");
  failure.hidden = !state.failure;
  failure.textContent = state.failure ?? "";
}
