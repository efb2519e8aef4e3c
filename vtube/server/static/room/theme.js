// Light or dark: as the system has it, until somebody chooses.

const KEPT = "vtube.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function show() {
  const chosen = localStorage.getItem(KEPT);
  document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
}

export function flipTheme() {
  localStorage.setItem(KEPT, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  show();
}

export function followTheme() {
  dark.addEventListener("change", show);
  show();
}
