import { attempt } from "/static/api.js";
import { meter } from "/static/status.js";

// The sound inputs with their levels, once the button is pressed; a click on one makes it the camera's ear.
export function makeSound(button, list) {
  const choose = async (spec) => {
    if (await attempt("PUT", "/api/settings", { audio: spec })) list.replaceChildren();
  };
  const choice = (spec, name, level) => {
    const item = document.createElement("li");
    const listen = document.createElement("button");
    listen.className = "small";
    listen.textContent = name;
    listen.addEventListener("click", () => choose(spec));
    item.append(listen);
    if (level !== undefined) item.append(meter(level));
    return item;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await attempt("GET", "/api/sound");
    button.disabled = false;
    if (!answer) return;
    const inputs = answer.inputs.map(({ spec, kind, name, level_db: level }) =>
      choice(spec, kind === "loopback" ? `what plays on ${name}` : name, level));
    list.replaceChildren(choice("none", "no sound"), ...inputs);
  });
}
