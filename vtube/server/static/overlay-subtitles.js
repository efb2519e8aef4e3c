import { followState } from "/static/follow.js";

const line = document.getElementById("line");
const [heard, coming] = ["heard", "coming"].map((id) => document.getElementById(id));
line.hidden = true;

// The sentence that is heard; the words that have begun stand out.
followState(({ speech }) => {
  const text = speech?.text ?? "";
  const begun = text.startsWith(speech?.heard ?? "") ? speech?.heard ?? "" : "";
  line.hidden = !text;
  heard.textContent = begun;
  coming.textContent = text.slice(begun.length);
});
