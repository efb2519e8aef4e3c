// Requests to the program, and the one line that says how they went.

const SHOWN_MS = 5000;
let timer = 0;

export const token = new URLSearchParams(location.search).get("token");

export function say(line, bad = false) {
  const message = document.getElementById("message");
  message.textContent = line;
  message.className = bad ? "shown bad" : "shown";
  clearTimeout(timer);
  timer = setTimeout(() => message.classList.remove("shown"), SHOWN_MS);
}

export async function call(method, path, body) {
  const options = { method, headers: {} };
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
    const error = new Error(result.error || `${answer.status} ${answer.statusText}`);
    throw Object.assign(error, { status: answer.status });
  }
  return result;
}

// The same for buttons: what goes wrong is shown instead of thrown.
export async function attempt(method, path, body) {
  try {
    return await call(method, path, body);
  } catch (error) {
    say(error.message, true);
    return null;
  }
}
