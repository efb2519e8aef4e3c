import { call, say } from "/static/api.js";

// A picture dropped on `box` or chosen in `input` becomes the character.
export function makeUpload(box, input) {
  const hint = box.querySelector(".hint");
  const idle = hint.textContent;

  // 409: it has a problem, and is shown only when the user wants it all the same.
  async function put(file, query = "") {
    try {
      return await call("PUT", `/api/character?name=${encodeURIComponent(file.name)}${query}`, file);
    } catch (error) {
      const again = error.status === 409 && !query && confirm(`${error.message}\n\nShow it all the same?`);
      if (again) return put(file, "&force=1");
      say(error.message, true);
      return null;
    }
  }

  async function send(file) {
    if (!file) return;
    box.classList.add("busy");
    hint.textContent = `Preparing ${file.name}…`;
    const answer = await put(file);
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
