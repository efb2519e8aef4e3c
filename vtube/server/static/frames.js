// Draws the server's raw RGBA frames on a canvas, newest first, and reconnects by itself.
// Made for Chromium 95 and later: OBS' browser is older than yours.

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;
const GONE_AFTER_MS = 3000;

export function showFrames(canvas, { fps = null } = {}) {
  const context = canvas.getContext("2d");
  let size = null;
  let newest = null;
  let asked = false;
  let retry = FIRST_RETRY_MS;
  let gone = 0;
  let socket = null;
  let stopped = false;

  function draw() {
    asked = false;
    if (!newest || !size || newest.byteLength !== size.width * size.height * 4) return;
    if (canvas.width !== size.width || canvas.height !== size.height) {
      canvas.width = size.width;
      canvas.height = size.height;
    }
    context.putImageData(new ImageData(new Uint8ClampedArray(newest), size.width, size.height), 0, 0);
    newest = null;
  }

  function take({ data }) {
    if (typeof data === "string") {
      size = JSON.parse(data);
      return;
    }
    newest = data;
    if (!asked) {
      asked = true;
      requestAnimationFrame(draw);
    }
  }

  function clear() {
    newest = null;
    context.clearRect(0, 0, canvas.width, canvas.height);
  }

  function connect() {
    socket = new WebSocket(address(fps));
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

function address(fps) {
  const url = new URL("/ws/frames", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const token = new URLSearchParams(location.search).get("token");
  if (token) url.searchParams.set("token", token);
  if (fps) url.searchParams.set("fps", fps);
  return url;
}
