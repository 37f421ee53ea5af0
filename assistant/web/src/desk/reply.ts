// The reply: its text, what goes out with it, the aids around it. Enter sends; nothing is sent in any other way.

import { find, findAll, target } from "../dom";
import { say } from "../live";
import { Canned } from "./canned";
import { fragment, Refused, send, Unreachable } from "./http";
import { keep, recall } from "./kept";
import type { Outgoing } from "./outbox";

const TYPING_MS = 3000;
const GERMAN = "de";

interface Attached {
  value: string;
  what: string;
}

export class Reply {
  readonly #form: HTMLFormElement;
  readonly #chat: string;
  readonly #field: HTMLTextAreaElement;
  readonly #language: HTMLSelectElement | null;
  readonly #canned: Canned;
  readonly #suggestion: HTMLElement;
  readonly #post: (message: Outgoing, shown: string) => void;
  #attached: Attached[];
  #typedAt = 0;

  constructor(form: HTMLFormElement, chat: string, post: (message: Outgoing, shown: string) => void) {
    this.#form = form;
    this.#chat = chat;
    this.#post = post;
    this.#field = find<HTMLTextAreaElement>("textarea[name=text]", form) as HTMLTextAreaElement;
    this.#language = find<HTMLSelectElement>("select[data-language]", form);
    const list = find("[data-canned]", form) as HTMLElement;
    this.#canned = new Canned(this.#field, list, chat, (text, language) => this.#insert(text, language));
    this.#suggestion = document.getElementById(`suggestion-${chat}`) as HTMLElement;
    this.#suggestion.addEventListener("click", (event) => {
      const button = target(event, "button");
      if (button) this.#decide(button);
    });
    this.#attached = recall<Attached[]>(`attached.${chat}`, []);
    this.#field.value = recall(`reply.${chat}`, this.#field.value);
    this.#speak(recall(`spoken.${chat}`, GERMAN));
    this.#language?.addEventListener("change", () => this.#speak(this.#language?.value ?? GERMAN));
    this.#field.addEventListener("keydown", (event) => this.#onKey(event));
    this.#field.addEventListener("input", () => this.#onInput());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("click", (event) => this.#onClick(event));
    this.#showAttached();
  }

  focus(): void {
    this.#field.focus();
  }

  /** Adds something that goes out with the reply. */
  attach(value: string, what: string): void {
    if (!this.#attached.some((one) => one.value === value)) this.#attached.push({ value, what });
    this.#showAttached();
    this.focus();
  }

  /** Gives a refused message back, before what has been written meanwhile. */
  restore(text: string, why: string): void {
    this.#field.value = [text, this.#field.value].filter(Boolean).join("\n");
    keep(`reply.${this.#chat}`, this.#field.value);
    this.#wrong(why);
  }

  close(): void {
    for (const part of findAll<HTMLButtonElement | HTMLTextAreaElement | HTMLSelectElement>("button, textarea, select", this.#form)) {
      part.disabled = true;
    }
  }

  async suggest(): Promise<void> {
    const place = this.#suggestion;
    try {
      place.innerHTML = await fragment(`/desk/chats/${encodeURIComponent(this.#chat)}/suggestion`);
      place.hidden = false;
      find<HTMLButtonElement>("button", place)?.focus();
    } catch (failure) {
      if (!(failure instanceof Unreachable || failure instanceof Refused)) throw failure;
      this.#wrong(failure.message);
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.#canned.takes(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
  }

  /** In which language the reply is written; German again with every new one, or it would not be translated. */
  #speak(language: string): void {
    if (!this.#language || ![...this.#language.options].some((option) => option.value === language)) return;
    this.#language.value = language;
    keep(`spoken.${this.#chat}`, language === GERMAN ? "" : language);
  }

  #onInput(): void {
    keep(`reply.${this.#chat}`, this.#field.value);
    if (!this.#field.value) this.#speak(GERMAN);
    const now = Date.now();
    if (now - this.#typedAt < TYPING_MS || !this.#field.value || this.#canned.isOpen) return;
    this.#typedAt = now;
    // That somebody writes is worth nothing later: where it does not arrive, it is left.
    send(`/desk/chats/${encodeURIComponent(this.#chat)}/typing`, new URLSearchParams()).catch(() => undefined);
  }

  #onClick(event: Event): void {
    const button = target(event, "button");
    if (!button) return;
    if (button.dataset["aid"] === "canned") {
      this.focus();
      void this.#canned.open();
    } else if (button.dataset["aid"] === "suggest") void this.suggest();
    else if (button.dataset["detach"] !== undefined) this.#detach(button.dataset["detach"]);
  }

  /** Send as it is, change, or leave a suggestion. */
  #decide(button: HTMLElement): void {
    const text = button.dataset["edit"];
    if (text !== undefined) this.#insert(text, button.dataset["language"] ?? GERMAN);
    if (button.dataset["attach"]) this.attach(button.dataset["attach"], button.dataset["what"] ?? "");
    this.#suggestion.hidden = true;
    this.#suggestion.innerHTML = "";
    this.focus();
  }

  #insert(text: string, language: string): void {
    const field = this.#field;
    if (field.value.startsWith("/")) field.value = "";
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.#speak(language);
    keep(`reply.${this.#chat}`, field.value);
    field.focus();
  }

  #detach(value: string): void {
    this.#attached = this.#attached.filter((one) => one.value !== value);
    this.#showAttached();
    this.focus();
  }

  #showAttached(): void {
    keep(`attached.${this.#chat}`, this.#attached);
    const list = find("[data-attached]", this.#form);
    if (!list) return;
    list.hidden = this.#attached.length === 0;
    list.replaceChildren(...this.#attached.map((one) => chip(one, list.dataset["remove"] ?? "")));
  }

  #submit(): void {
    const text = this.#field.value.trim();
    if (!text && !this.#attached.length) return;
    const max = Number(this.#field.dataset["max"]);
    if (text.length > max) return this.#wrong(`${text.length} / ${max}`);
    const fields: [string, string][] = [["text", text], ...this.#attached.map(({ value }): [string, string] => ["attach", value])];
    const id = crypto.randomUUID();
    fields.push(["id", id]);
    if (this.#language) fields.push(["language", this.#language.value]);
    const shown = [text, ...this.#attached.map(({ what }) => `[${what}]`)].filter(Boolean).join("\n");
    this.#attached = [];
    this.#field.value = "";
    this.#speak(GERMAN);
    this.#showAttached();
    keep(`reply.${this.#chat}`, "");
    this.#wrong("");
    this.#post({ id, action: this.#form.action, fields }, shown);
  }

  #wrong(text: string): void {
    const place = find("[data-wrong]", this.#form);
    if (!place) return;
    place.hidden = !text;
    const words = find("[data-wrong-text]", place);
    if (words) words.textContent = text;
    if (text) say(text);
  }
}

function chip({ value, what }: Attached, label: string): HTMLElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["detach"] = value;
  button.setAttribute("aria-label", label.replace("{what}", what));
  const cross = document.createElement("span");
  cross.className = "kern-icon kern-icon--close";
  button.append(cross);
  item.append(what, button);
  return item;
}
