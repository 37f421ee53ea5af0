// The field for the question: Enter sends, Shift and Enter breaks the line, the characters left are told near the end.

import type { Asked } from "./api";
import { find, findAll } from "./dom";
import { say } from "./live";

const NEAR_END = 0.8;
const DRAFT = "roland.draft";

export class Composer {
  readonly #field: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement | null;
  readonly #error: HTMLElement | null;
  readonly #count: HTMLElement | null;
  #wasOver = false;

  constructor(field: HTMLTextAreaElement) {
    this.#field = field;
    this.#send = find<HTMLButtonElement>("[data-send]");
    this.#error = find("[data-error]");
    this.#count = find("[data-count]");
    field.addEventListener("keydown", (event) => this.#onKey(event));
    field.addEventListener("input", () => this.#showCount());
    this.#restoreDraft();
    this.#showCount();
  }

  get text(): string {
    return this.#field.value.trim();
  }

  set waiting(waiting: boolean) {
    this.#send?.setAttribute("aria-disabled", String(waiting));
  }

  /** Who reads what is written: label and hint say so. */
  set reader(reader: "roland" | "people" | "over" | "form") {
    for (const words of findAll("[data-for]")) words.hidden = words.dataset["for"] !== reader;
  }

  /** What a form wants to be told. What was wrong with it stands here too; it has been said already. */
  set asked(asked: Asked | null) {
    this.#field.inputMode = asked?.input_mode ?? "text";
    if (!asked) return;
    for (const words of findAll("[data-asked]")) {
      words.textContent = words.dataset["asked"] === "label" ? asked.label : asked.hint;
      words.lang = asked.language;
      words.dir = asked.dir;
    }
    if (asked.fault) this.#show(asked.fault);
  }

  onInput(listener: () => void): void {
    this.#field.addEventListener("input", listener);
  }

  clear(): void {
    this.#field.value = "";
    this.#showCount();
  }

  /** Gives a refused text back, before whatever the person has begun to write meanwhile. */
  restore(text: string): void {
    this.#field.value = [text, this.text].filter(Boolean).join("\n");
    this.#showCount();
  }

  /** Takes a text that was given back out again: it has arrived after all. */
  takeBack(text: string): void {
    if (this.text !== text && !this.text.startsWith(`${text}\n`)) return;
    this.#field.value = this.text.slice(text.length).trimStart();
    this.#showCount();
  }

  /** Shows and says what is wrong with the text, or with sending it; null when all is well again. */
  set error(text: string | null) {
    this.#show(text);
    if (text !== null) say(text);
  }

  /** Keeps what is typed over a form that loads the page anew. */
  keepDraft(): void {
    if (this.#field.value) sessionStorage.setItem(DRAFT, this.#field.value);
  }

  #show(text: string | null): void {
    if (!this.#error) return;
    this.#error.hidden = text === null;
    const place = find("[data-error-text]", this.#error);
    if (place) place.textContent = text ?? "";
    if (text === null) this.#field.removeAttribute("aria-invalid");
    else this.#field.setAttribute("aria-invalid", "true");
  }

  #restoreDraft(): void {
    const draft = sessionStorage.getItem(DRAFT);
    if (draft === null) return;
    sessionStorage.removeItem(DRAFT);
    this.#field.value = draft;
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#field.form?.requestSubmit();
  }

  #showCount(): void {
    const max = Number(this.#field.dataset["max"]);
    const left = max - this.#field.value.length;
    const count = this.#count;
    if (!count) return;
    count.hidden = left > max * (1 - NEAR_END);
    count.classList.toggle("composer__count--over", left < 0);
    const words = left < 0 ? count.dataset["over"] : count.dataset["left"];
    count.textContent = (words ?? "").replace("{count}", String(Math.abs(left)));
    if (left < 0 && !this.#wasOver) say(count.textContent);
    this.#wasOver = left < 0;
  }
}
