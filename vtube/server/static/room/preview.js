// The live picture: WebP of the size at which it is shown. Each that was drawn is confirmed, so that a slow link gets
// fewer pictures and never old ones.

import { socket } from "./api.js";

const NEAR = new Set(["localhost", "127.0.0.1", "[::1]"]);
const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 2000;
const SETTLE_MS = 400;

export const isNear = () => NEAR.has(location.hostname);
const fpsOf = () => (isNear() ? 24 : 12);

// Draws on `canvas` while it is visible; returns what ends that.
export function showPreview(canvas) {
  const context = canvas.getContext("2d");
  let line = null;
  let retry = FIRST_RETRY_MS;
  let size = 0;
  let ended = false;
  let timer = 0;

  const wanted = () => {
    const { width, height } = canvas.getBoundingClientRect();
    const sharp = isNear() ? Math.min(devicePixelRatio, 1.5) : 1;
    return Math.max(64, Math.ceil((Math.max(width, height) * sharp) / 32) * 32);
  };

  async function draw(source, { data }) {
    const picture = await createImageBitmap(data).catch(() => null);
    if (picture && !ended) {
      if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
      }
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0);
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
      picture.close();
    }
    if (source.readyState === WebSocket.OPEN) source.send("shown");
  }

  function open() {
    if (ended || document.hidden) return;
    size = wanted();
    const mine = socket("/ws/frames", { as: "webp", size, fps: fpsOf() });
    line = mine;
    mine.binaryType = "blob";
    mine.onopen = () => { retry = FIRST_RETRY_MS; };
    mine.onmessage = (message) => draw(mine, message);
    mine.onclose = () => {
      if (line !== mine) return;
      line = null;
      timer = setTimeout(open, retry);
      retry = Math.min(2 * retry, LAST_RETRY_MS);
    };
  }

  function stop() {
    clearTimeout(timer);
    const mine = line;
    line = null;
    if (mine?.readyState !== WebSocket.CONNECTING) return mine?.close();
    mine.onmessage = null;
    mine.onopen = () => mine.close(); // Firefox calls it an error when one that connects is closed
  }

  function again() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (wanted() !== size) { stop(); open(); } }, SETTLE_MS);
  }

  const follow = () => (document.hidden ? stop() : line ?? open());
  const watcher = new ResizeObserver(again);
  watcher.observe(canvas);
  document.addEventListener("visibilitychange", follow);
  open();
  return () => {
    ended = true;
    watcher.disconnect();
    document.removeEventListener("visibilitychange", follow);
    stop();
  };
}
