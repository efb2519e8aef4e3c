// Requests to the program. What it refuses is an Error with its one line and the status.

import { sayCode } from "./words.js";

const LIMIT_MS = 130_000; // a character may take two minutes

export const token = new URLSearchParams(location.search).get("token");

// An address of the program, with the token of this page where it has one.
export function address(path, query = {}, scheme = location.protocol) {
  const url = new URL(path, location.href);
  url.protocol = scheme;
  if (token) url.searchParams.set("token", token);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

export const socket = (path, query) => new WebSocket(address(path, query, location.protocol.replace("http", "ws")));

export async function call(method, path, body, limit = LIMIT_MS) {
  const options = { method, headers: {}, signal: AbortSignal.timeout(limit) };
  if (token) options.headers.Authorization = `Bearer ${token}`;
  if (body instanceof Blob) {
    options.body = body;
  } else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const line = sayCode(result) || result.error || `${answer.status} ${answer.statusText}`;
    throw Object.assign(new Error(line), { status: answer.status, command: result.values?.command ?? "" });
  }
  return result;
}

// The newest call of a kind wins: what comes while one is on its way waits, and only the last of it is sent.
export function latest(send) {
  let busy = false;
  let next = null;
  return async function ask(...values) {
    next = values;
    if (busy) return;
    busy = true;
    while (next) {
      const now = next;
      next = null;
      await send(...now);
    }
    busy = false;
  };
}
