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
    if (find("[data-standing]")?.dataset["mode"] !== "with_agent") this.showTyping(false);
    this.#tell(told);
  }

  /** Scrolls to the end of the conversation, or to the beginning of what has come where that is long. */
  showBelow(entry: HTMLElement): void {
    const isLong = entry.offsetHeight > window.innerHeight / 2;
    if (isLong) entry.scrollIntoView({ block: "start" });
    else find("[data-standing]")?.scrollIntoView({ block: "nearest" });
  }

  /** Somebody is writing: seen for a while, never said. */
  showTyping(isTyping = true): void {
    const words = find("[data-typing-text]");
    window.clearTimeout(this.#typing);
    if (!words) return;
    words.hidden = !isTyping;
    words.textContent = find("[data-standing]")?.dataset["typing"] ?? "";
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
