// Ready-made replies: "/" in the empty reply opens them, what follows it narrows them down.

import { find, findAll, target } from "../dom";
import { fragment, Refused, Unreachable } from "./http";

export class Canned {
  readonly #field: HTMLTextAreaElement;
  readonly #list: HTMLElement;
  readonly #url: string;
  readonly #choose: (text: string, language: string) => void;
  #asked = 0;

  constructor(
    field: HTMLTextAreaElement,
    list: HTMLElement,
    chat: string,
    choose: (text: string, language: string) => void,
  ) {
    this.#field = field;
    this.#list = list;
    this.#url = `/desk/chats/${encodeURIComponent(chat)}/replies`;
    this.#choose = choose;
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.#followTyping());
    field.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.#take(target(event, "[role=option]")));
  }

  get isOpen(): boolean {
    return !this.#list.hidden;
  }

  async open(query = ""): Promise<void> {
    const mine = ++this.#asked;
    try {
      const html = await fragment(`${this.#url}?q=${encodeURIComponent(query)}`);
      if (mine !== this.#asked) return;
      this.#list.innerHTML = html;
      this.#list.hidden = false;
      this.#select(0);
    } catch (failure) {
      if (!(failure instanceof Unreachable || failure instanceof Refused)) throw failure;
      this.close();
    }
  }

  close(): void {
    this.#asked++;
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
    this.#field.removeAttribute("aria-controls");
  }

  /** Whether a key was for the list. */
  takes(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown") this.#select(this.#place + 1);
    else if (event.key === "ArrowUp") this.#select(this.#place - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#options[this.#place] ?? null);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  #followTyping(): void {
    if (this.#field.value.startsWith("/")) void this.open(this.#field.value.slice(1));
    else this.close();
  }

  get #options(): HTMLElement[] {
    return findAll("[role=option]", this.#list);
  }

  get #place(): number {
    return this.#options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  #select(place: number): void {
    const options = this.#options;
    const chosen = options[(place + options.length) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === chosen));
    if (!chosen) return;
    chosen.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-controls", find("[role=listbox]", this.#list)?.id ?? "");
    this.#field.setAttribute("aria-activedescendant", chosen.id);
  }

  #take(option: HTMLElement | null): void {
    this.close();
    if (option) this.#choose(option.dataset["text"] ?? "", option.dataset["language"] ?? "de");
  }
}
