const AGAIN_MS = 1000;

// A JSON merge patch (RFC 7396) laid over a value.
export function patched(value, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) delete result[key];
    else result[key] = patched(result[key], part);
  }
  return result;
}

// Calls `show` with the camera's state as it changes, and with {} while no camera answers; connects anew by itself.
export function followState(show) {
  let state = {};
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/state`);
  socket.addEventListener("message", ({ data }) => {
    const { state: whole, change } = JSON.parse(data);
    if (whole) state = whole;
    else if (change) state = patched(state, change);
    else return;
    show(state);
  });
  socket.addEventListener("close", () => {
    show({});
    setTimeout(() => followState(show), AGAIN_MS);
  });
}
