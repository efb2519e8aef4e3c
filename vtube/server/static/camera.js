import { showFrames } from "/static/frames.js";

showFrames(document.getElementById("character"));
