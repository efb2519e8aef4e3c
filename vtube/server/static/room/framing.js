// Framing on the picture itself, while the section Scene is open: drag moves the figure, the wheel makes it larger.

import { changeSetting } from "./settings.js";
import { store } from "./store.js";

const LARGEST = 4;
const SMALLEST = 0.2;
const STEP = 1.08;
const SETTLE_MS = 300;

const isOpen = () => location.hash === "#scene" && store.link === "live" && store.settings;
const rounded = (value) => Math.round(value * 1000) / 1000;

export function frameByHand(canvas) {
  let from = null;
  let timer = 0;

  const put = (scene, done) => {
    for (const [name, value] of Object.entries(scene)) changeSetting(["scene", name], rounded(value), done);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!isOpen() || event.button !== 0) return;
    const { x, y } = store.settings.scene;
    from = { left: event.clientX, top: event.clientY, x, y };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = scaleOf(canvas);
    put({
      x: from.x + (event.clientX - from.left) / (canvas.width * scale),
      y: from.y - (event.clientY - from.top) / (canvas.height * scale),
    }, false);
  });
  canvas.addEventListener("pointerup", () => {
    if (!from) return;
    from = null;
    put({ x: store.settings.scene.x, y: store.settings.scene.y }, true);
  });
  canvas.addEventListener("wheel", (event) => {
    if (!isOpen()) return;
    event.preventDefault();
    const zoom = store.settings.scene.zoom * STEP ** -Math.sign(event.deltaY);
    put({ zoom: Math.min(LARGEST, Math.max(SMALLEST, zoom)) }, false);
    clearTimeout(timer);
    timer = setTimeout(() => put({ zoom: store.settings.scene.zoom }, true), SETTLE_MS);
  }, { passive: false });
}

// Pixels of the page for one of the picture, which is shown as a whole.
function scaleOf(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  return Math.min(width / canvas.width, height / canvas.height);
}
