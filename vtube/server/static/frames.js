// Shows the server's frames: draws them with WebGL from their recipes where both sides can, else raw RGBA pixels;
// newest first, and reconnects by itself. Made for Chromium 95 and later: OBS' browser is older than yours.

import { createWarp } from "/static/warp.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;
const GONE_AFTER_MS = 3000;

// `draw`: "frames" never draws with WebGL, "webgl" also where that is slow.
export function showFrames(canvas, { fps = null, draw = null } = {}) {
  const drawnCanvas = canvas.cloneNode();
  drawnCanvas.removeAttribute("id");
  drawnCanvas.hidden = true;
  canvas.after(drawnCanvas);
  let warp = draw === "frames" ? null : createWarp(drawnCanvas, { anyhow: draw === "webgl" });
  const context = canvas.getContext("2d");
  let announced = {};
  let newest = null;
  let fields = null;
  let asked = false;
  let retry = FIRST_RETRY_MS;
  let gone = 0;
  let socket = null;
  let stopped = false;
  let ready = Promise.resolve();

  function show() {
    asked = false;
    if (!newest) return;
    const [what, data] = newest;
    newest = null;
    if (!(what.warp ? drawn(what.warp, data) : put(what, data))) return;
    canvas.hidden = Boolean(what.warp);
    drawnCanvas.hidden = !what.warp;
    if (warp?.isLost()) location.reload();
  }

  // A card that refuses a shader gets pixels from now on.
  function drawn(frame, data) {
    if (!warp) return false;
    try {
      warp.draw(frame, data);
      return true;
    } catch (error) {
      console.warn("this graphics card does not draw the picture, so the server does:", error);
      warp = null;
      socket.close();
      return false;
    }
  }

  function put(size, data) {
    if (data.byteLength !== size.width * size.height * 4) return false;
    if (canvas.width !== size.width || canvas.height !== size.height) {
      canvas.width = size.width;
      canvas.height = size.height;
    }
    context.putImageData(new ImageData(new Uint8ClampedArray(data), size.width, size.height), 0, 0);
    return true;
  }

  function take(message) {
    if (typeof message.data === "string") {
      announced = JSON.parse(message.data);
      return;
    }
    const what = announced;
    const data = message.data;
    if (what.source) ready = ready.then(() => load(data, (bitmap) => warp?.setDrawing(bitmap, what.source)));
    else if (what.picture) ready = ready.then(() => load(data, (bitmap) => warp?.setPicture(what.picture.slot, bitmap)));
    else if (what.face) ready = ready.then(() => warp?.setFace(what.face.size, new Uint8Array(data)));
    else ready = ready.then(() => keep(what, data));
  }

  async function load(data, take) {
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
    const bitmap = await createImageBitmap(new Blob([data], { type: "image/png" }), options);
    take(bitmap);
    bitmap.close();
  }

  function keep(what, data) {
    if (what.warp && !what.warp.still) fields = data;
    newest = [what, what.warp ? fields : data];
    if (!asked) {
      asked = true;
      requestAnimationFrame(show);
    }
  }

  function clear() {
    newest = null;
    context.clearRect(0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
    drawnCanvas.hidden = true;
  }

  function connect() {
    socket = new WebSocket(address(fps, warp));
    socket.binaryType = "arraybuffer";
    socket.onmessage = take;
    socket.onopen = () => {
      retry = FIRST_RETRY_MS;
      clearTimeout(gone);
      gone = 0;
    };
    socket.onclose = () => {
      if (stopped) return;
      if (!gone) gone = setTimeout(clear, GONE_AFTER_MS);
      setTimeout(connect, retry);
      retry = Math.min(retry * 2, LAST_RETRY_MS);
    };
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(gone);
    socket.close();
  };
}

function address(fps, warp) {
  const url = new URL("/ws/frames", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const token = new URLSearchParams(location.search).get("token");
  if (token) url.searchParams.set("token", token);
  if (fps) url.searchParams.set("fps", fps);
  if (warp) url.searchParams.set("as", "warp");
  return url;
}
