// The code of a ticket: one press copies it.

import { find } from "./dom";
import { say } from "./live";

export function setUpTicket(): void {
  const button = find("[data-copy-code]");
  button?.addEventListener("click", () => void copy(button));
}

async function copy(button: HTMLElement): Promise<void> {
  const code = find("[data-code]")?.textContent?.trim() ?? "";
  const isDone = await navigator.clipboard.writeText(code).then(
    () => true,
    () => false,
  );
  const text = (isDone ? button.dataset["done"] : button.dataset["failed"]) ?? "";
  const place = find("[data-tell]");
  if (place) {
    place.textContent = text;
    place.hidden = false;
  }
  say(text);
}
