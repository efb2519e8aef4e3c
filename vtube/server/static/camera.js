import { showFrames } from "/static/frames.js";

const fps = new URLSearchParams(location.search).get("fps");
showFrames(document.getElementById("character"), { fps });
