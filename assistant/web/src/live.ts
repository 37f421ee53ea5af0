// The page's one live region: it is given finished text only, in the language of that text.

import { find, findAll } from "./dom";

const SPOKEN_APART = "p, li, tr, h4, dt, dd, button, summary, caption";

/** Says a text to people who hear the page. */
export function say(text: string, language = "", dir = ""): void {
  const region = find("[data-live]");
  if (!region) return;
  region.lang = language || document.documentElement.lang;
  region.dir = dir || document.documentElement.dir;
  region.textContent = text;
}

/** Says a turn's answer once, with the choices it offers. */
export function sayAnswer(turn: HTMLElement): void {
  const answer = find(".answer", turn);
  if (!answer) return;
  const parts = [find("[data-say]", answer), find(".replies", answer)];
  say(parts.map(textOf).filter(Boolean).join(" "), answer.lang, answer.dir);
}

/** The text of an element with a pause after each part that looks like a line of its own. */
function textOf(element: HTMLElement | null): string {
  if (!element) return "";
  const copy = element.cloneNode(true) as HTMLElement;
  // The region has one language; a closed original is in another, and there to be opened by who wants it.
  for (const original of findAll(".original", copy)) original.remove();
  for (const folded of findAll("details:not([open]) > :not(summary)", copy)) folded.remove();
  for (const part of findAll(SPOKEN_APART, copy)) part.append(/[.!?:…]\s*$/.test(part.textContent ?? "") ? " " : ". ");
  return (copy.textContent ?? "").replace(/\s+/g, " ").replace(/ ?\.( ?\.)+/g, ".").trim();
}
