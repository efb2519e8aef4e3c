import { attempt, call } from "/static/api.js";

const SEND_MS = 40;
const GROUPS = [
  ["Head and body", /^(head|neck|body|breathing)/],
  ["Eyes", /^(eye_|iris)/],
  ["Brows", /^eyebrow/],
  ["Mouth", /^mouth/],
];
const NAMES = {
  head_x: "head nods", head_y: "head turns", neck_z: "head tilts", body_y: "body turns", body_z: "body tilts",
  eye_raised_lower_eyelid: "lower lid up", iris_rotation_x: "looks up, down",
  iris_rotation_y: "looks aside", iris_small: "small iris",
};

// The sliders of all parameters; returns what moves the free ones with the state's pose.
export async function makeSliders(box, release) {
  const held = new Map();
  const sliders = new Map();
  let timer = 0;

  function send() {
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      attempt("PUT", "/api/pose", Object.fromEntries(held));
    }, SEND_MS);
  }

  function mark() {
    for (const [name, slider] of sliders) slider.classList.toggle("held", held.has(name));
    for (const row of box.querySelectorAll(".row")) {
      row.classList.toggle("held", row.querySelector("input.held") !== null);
    }
    release.disabled = !held.size;
  }

  function letGo(names) {
    for (const name of names) held.delete(name);
    mark();
    send();
  }

  function slider({ name, low, high }) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: low, max: high, step: 0.01, value: 0, title: name });
    input.setAttribute("aria-label", name.replaceAll("_", " "));
    input.addEventListener("input", () => {
      held.set(name, Number(input.value));
      mark();
      send();
    });
    sliders.set(name, input);
    return input;
  }

  function row(label, parameters) {
    const line = document.createElement("div");
    line.className = parameters.length === 1 ? "row single" : "row";
    const name = document.createElement("button");
    name.className = "name";
    name.textContent = label;
    name.addEventListener("click", () => letGo(parameters.map((parameter) => parameter.name)));
    line.append(name, ...parameters.map(slider));
    return line;
  }

  function group(title, parameters) {
    const set = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.className = "row";
    const sided = parameters.some(({ name }) => /_(left|right)$/.test(name));
    for (const text of sided ? [title, "own left", "own right"] : [title]) {
      legend.append(Object.assign(document.createElement("span"), { textContent: text }));
    }
    set.append(legend, ...[...byLabel(parameters)].map(([label, sides]) => row(label, sides)));
    return set;
  }

  release.addEventListener("click", () => letGo([...held.keys()]));
  const parameters = await call("GET", "/api/parameters").catch(() => []);
  for (const [title, pattern] of GROUPS) {
    box.append(group(title, parameters.filter(({ name }) => pattern.test(name))));
  }
  return ({ pose = {} }) => {
    for (const [name, input] of sliders) {
      if (!held.has(name) && name in pose) input.value = pose[name];
    }
  };
}

// Parameters of the own left and right share a row.
function byLabel(parameters) {
  const rows = new Map();
  for (const parameter of parameters) {
    const stem = parameter.name.replace(/_(left|right)$/, "");
    const label = NAMES[stem] ?? stem.replace(/^(eyebrow|eye|mouth)_/, "").replaceAll("_", " ");
    rows.set(label, [...(rows.get(label) ?? []), parameter]);
  }
  return rows;
}
