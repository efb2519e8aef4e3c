import { showFrames } from "/static/frames.js";

const asked = new URLSearchParams(location.search);
showFrames(document.getElementById("character"), { fps: asked.get("fps"), draw: asked.get("draw") });
