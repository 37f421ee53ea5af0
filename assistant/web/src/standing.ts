// The part below the conversation: place in the queue, who answers, "Is your question solved?".

import { find } from "./dom";
import { say } from "./live";

const TYPING_SHOWN_MS = 6_000;

export class Standing {
  #html = "";
  #typing = 0;

  show(html: string): void {
    const before = find("[data-standing]");
    if (!before || html === this.#html) return;
    this.#html = html;
    const focused = before.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const told = find("[data-told]", before)?.dataset["told"];
    before.outerHTML = html;
    this.#keepFocus(focused);
    this.#tell(told);
  }

  /** Somebody is writing: seen for a while, never said. */
  showTyping(isTyping = true): void {
    const words = find("[data-typing-text]");
    window.clearTimeout(this.#typing);
    if (!words) return;
    words.hidden = !isTyping;
    if (isTyping) this.#typing = window.setTimeout(() => this.showTyping(false), TYPING_SHOWN_MS);
  }

  #keepFocus(name: string | null): void {
    if (name !== null) (find(`[data-standing] ${name}`) ?? find("#message"))?.focus();
  }

  /** Says what is worth saying, and only when it is not the same as before. */
  #tell(before: string | undefined): void {
    const place = find("[data-standing] [data-told]");
    if (place && place.dataset["told"] !== before) say(place.textContent?.replace(/\s+/g, " ").trim() ?? "");
  }
}

/** A selector for the same button after it has been drawn anew. */
function nameOf(element: Element | null): string {
  const action = element?.closest("form")?.getAttribute("action") ?? "";
  return element instanceof HTMLButtonElement ? `form[action="${action}"] button[value="${element.value}"]` : "button";
}
