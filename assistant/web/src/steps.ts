// Steps of a form: only the latest leads on, the others lie behind in one line each.

import { find, findAll } from "./dom";

// From this width on the outline stands beside the step, and need not be opened.
const WIDE_PX = 670;

/** What lies behind: all steps but the given one, or all of them. Tells whether the focus was in one of them. */
export function foldSteps(latest: HTMLElement | null): boolean {
  const behind = findAll("[data-form]:not(.turn--past)").filter((turn) => turn !== latest);
  const hadFocus = behind.some((turn) => turn.contains(document.activeElement));
  behind.forEach(fold);
  return hadFocus;
}

/** Opens the outline of the latest step where there is room beside it. */
export function openOutline(): void {
  for (const outline of findAll<HTMLDetailsElement>("[data-outline]")) {
    const room = outline.closest<HTMLElement>(".form")?.offsetWidth ?? 0;
    if (room >= WIDE_PX) outline.open = true;
  }
}

/** Where somebody went on by a button, that button is gone: the way goes on at the new step. */
export function goToStep(turn: HTMLElement): void {
  if (document.activeElement?.closest(".composer")) return;
  find("[data-form-title]", turn)?.focus({ preventScroll: true });
}

/** The same as what the server makes of a step that lies behind. */
function fold(turn: HTMLElement): void {
  const body = find(".answer__body", turn);
  if (!body) return;
  for (const part of findAll("[data-leads-on]", turn)) part.remove();
  for (const name of ["role", "aria-labelledby"]) find(".form", turn)?.removeAttribute(name);
  const past = document.createElement("details");
  const line = document.createElement("summary");
  line.textContent = turn.dataset["form"] ?? "";
  past.className = "past";
  body.before(past);
  past.append(line, body);
  const foot = find(".answer__foot", turn);
  if (foot) past.append(foot);
  turn.classList.add("turn--past");
}
