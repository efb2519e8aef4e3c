// Whoever works by keys keeps their place: where the control with the focus goes away or is switched off, the focus goes
// to what is nearest to it, and not to the top of the page.

const FOCUSABLE = "h2[tabindex], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, a[href], summary";

let last = null; // the control that had the focus
let around = []; // what it stood in, from the inside out

function remember({ target }) {
  last = target;
  around = [];
  for (let one = target.parentElement; one && one !== document.body; one = one.parentElement) around.push(one);
}

// Looked at after each change of the page.
export function keepFocus() {
  if (!last || document.activeElement !== document.body || (last.isConnected && !last.disabled)) return;
  const place = around.find((one) => one.isConnected && !one.closest("[inert]") && one.querySelector(FOCUSABLE));
  last = null;
  place?.querySelector(FOCUSABLE).focus({ preventScroll: true });
}

document.addEventListener("focusin", remember);
