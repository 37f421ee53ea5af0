// The page's one live region: it is given finished text only, in the language of that text.

import { find, findAll } from "./dom";

const BEING_SAID_MS = 1_000;
const SPOKEN_APART = "p, li, th, tr, h4, dt, dd, button, summary, caption";

/** Says a text to people who hear the page. */
export function say(text: string, language = "", dir = ""): void {
  speak(text, language, dir, () => true);
}

/** Says what has come: an answer with the choices it offers, an agent's words, a notice; the person's own are known. */
export function sayEntry(entry: HTMLElement): void {
  let before = entry.dataset["message"] === undefined ? "" : `${textOf(find(".answer__speaker bdi", entry))}:`;
  for (const words of findAll("[data-say]", entry)) {
    const own = words.closest<HTMLElement>("[lang]");
    const told = words.dataset["say"] || textOf(words);
    const text = [before, told, textOf(find(".replies", own ?? entry))].filter(Boolean).join(" ");
    // Several may come at once, after a cut: none may drive out the one before.
    speak(text, own?.lang, own?.dir, (part) => performance.now() - Number(part.dataset["at"]) > BEING_SAID_MS);
    before = "";
  }
}

function speak(text: string, language = "", dir = "", isOver: (part: HTMLElement) => boolean): void {
  const region = find("[data-live]");
  if (!region) return;
  for (const part of findAll("p", region).filter(isOver)) part.remove();
  const part = document.createElement("p");
  part.lang = region.lang = language || document.documentElement.lang;
  part.dir = region.dir = dir || document.documentElement.dir;
  part.dataset["at"] = String(performance.now());
  part.textContent = text;
  region.append(part);
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
