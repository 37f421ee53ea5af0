// Loaded in the page's head, before anything is painted: the chosen theme must not flash up late.

const KEY = "roland.theme";
const root = document.documentElement;

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be switched off; the system's theme holds then
  }
}

function isDark(): boolean {
  const chosen = root.dataset["kernTheme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const chosen = stored();
if (chosen === "dark" || chosen === "light") root.dataset["kernTheme"] = chosen;

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-switch]");
  if (!button) return;
  button.hidden = false;
  const show = (): void => button.setAttribute("aria-pressed", String(isDark()));
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    root.dataset["kernTheme"] = theme;
    show();
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // the choice then holds for this page alone
    }
  });
});
