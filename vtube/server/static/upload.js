import { attempt, say } from "/static/api.js";

// A picture dropped on `box` or chosen in `input` becomes the character.
export function makeUpload(box, input) {
  const hint = box.querySelector(".hint");
  const idle = hint.textContent;

  async function send(file) {
    if (!file) return;
    box.classList.add("busy");
    hint.textContent = `Preparing ${file.name}…`;
    const answer = await attempt("PUT", `/api/character?name=${encodeURIComponent(file.name)}`, file);
    if (answer) say(answer.result || `${file.name} is on`);
    box.classList.remove("busy");
    hint.textContent = idle;
  }

  input.addEventListener("change", () => {
    send(input.files[0]);
    input.value = "";
  });
  for (const event of ["dragover", "drop"]) {
    document.addEventListener(event, (drag) => drag.preventDefault());
  }
  document.addEventListener("dragover", () => box.classList.add("over"));
  document.addEventListener("dragleave", (drag) => { if (!drag.relatedTarget) box.classList.remove("over"); });
  document.addEventListener("drop", (drag) => {
    box.classList.remove("over");
    send(drag.dataTransfer.files[0]);
  });
}
