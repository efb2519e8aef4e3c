import { attempt, call, say, token } from "/static/api.js";
import { makeEmotions } from "/static/emotions.js";
import { showFrames } from "/static/frames.js";
import { makeSliders } from "/static/sliders.js";
import { makeSound } from "/static/sound.js";
import { makeSpeech } from "/static/speech.js";
import { showState } from "/static/status.js";
import { makeUpload } from "/static/upload.js";

const PREVIEW_FPS = 30;
const STATE_MS = 200;
const RETRY_MS = 1000;

const $ = (id) => document.getElementById(id);

function showPreviewWhileVisible() {
  let stop = null;
  const follow = () => {
    if (document.hidden && stop) stop = stop();
    if (!document.hidden && !stop) stop = showFrames($("preview"), { fps: PREVIEW_FPS });
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

function showAddress() {
  const address = new URL("/camera", location.href);
  if (token) address.searchParams.set("token", token);
  $("address").textContent = address;
  $("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
      $("copy").textContent = "Copied";
    } catch {
      getSelection().selectAllChildren($("address"));
      $("copy").textContent = "Press Ctrl+C";
    }
    setTimeout(() => { $("copy").textContent = "Copy"; }, 2000);
  });
}

async function calibrate() {
  if (await attempt("POST", "/api/calibrate")) say("This face is the neutral one now.");
}

function calibrateByKey(event) {
  const typing = event.target.closest?.("textarea, select, input:not([type=range])");
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() === "c") calibrate();
}

async function follow(parts) {
  let wait = STATE_MS;
  try {
    const state = await call("GET", "/api/state");
    document.body.className = "live";
    $("link").textContent = "live";
    for (const part of parts) part(state);
  } catch (error) {
    document.body.className = "away";
    $("link").textContent = error instanceof TypeError ? "the program is not running" : error.message;
    wait = RETRY_MS;
  }
  setTimeout(follow, document.hidden ? RETRY_MS : wait, parts);
}

showPreviewWhileVisible();
showAddress();
makeUpload($("drop"), $("file"));
makeSound($("listen"), $("sounds"));
$("calibrate").addEventListener("click", calibrate);
document.addEventListener("keydown", calibrateByKey);
follow([
  showState,
  makeSpeech($("say"), $("text"), $("spoken")),
  await makeEmotions($("emotions"), $("strength")),
  await makeSliders($("sliders"), $("release")),
]);
