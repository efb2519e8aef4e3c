import { attempt } from "/static/api.js";

// Buttons for the emotions; returns what marks the one that the state names.
export async function makeEmotions(box, strength) {
  let chosen = "neutral";
  const known = (await attempt("GET", "/api/emotions"))?.emotions ?? [];
  const names = [chosen, ...known.filter((name) => name !== chosen)];
  const show = (name) => {
    chosen = name;
    for (const button of box.children) button.setAttribute("aria-pressed", String(button.textContent === name));
  };
  const send = (name) => {
    show(name);
    attempt("PUT", "/api/emotion", { name, strength: Number(strength.value) });
  };
  for (const name of names) {
    const button = document.createElement("button");
    button.textContent = name;
    button.addEventListener("click", () => send(name));
    box.append(button);
  }
  show(chosen);
  strength.addEventListener("change", () => { if (chosen !== "neutral") send(chosen); });
  return ({ emotion }) => { if (emotion && emotion !== chosen) show(emotion); };
}
