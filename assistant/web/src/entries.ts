// The conversation on the page: each thing that was said or happened once, at its place, in its latest form.

import { find, findAll } from "./dom";

export interface Put {
  entry: HTMLElement;
  /** Whether the page did not show it before, or not in this form. */
  isNews: boolean;
}

export class Entries {
  readonly #list: HTMLElement;
  /** Everything up to this change is on the page. What comes as the reply to a form may be ahead of it. */
  revision: number;

  constructor(list: HTMLElement) {
    this.#list = list;
    this.revision = Number(list.dataset["revision"] ?? 0);
  }

  put(html: string): Put {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const entry = template.content.firstElementChild as HTMLElement;
    const shown = this.#named(entry.dataset["entry"] ?? "");
    if (shown && revisionOf(shown) >= revisionOf(entry)) return { entry: shown, isNews: false };
    if (shown && placeOf(shown) === placeOf(entry)) shown.replaceWith(entry);
    else {
      shown?.remove();
      this.#list.insertBefore(entry, this.#after(placeOf(entry)));
    }
    return { entry, isNews: true };
  }

  /** A message on its way, until the server has given it its place. */
  expect(id: string, text: string, answered: boolean): HTMLElement {
    const template = find<HTMLTemplateElement>("template[data-waiting]") as HTMLTemplateElement;
    const entry = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    entry.dataset["entry"] = `turn-${id}`;
    const words = find("[data-text]", entry);
    if (words) words.textContent = text;
    if (!answered) find(".waiting", entry)?.remove();
    this.#list.append(entry);
    return entry;
  }

  /** Whether a message has its place already. */
  shows(id: string): boolean {
    return this.#named(`turn-${id}`) !== null;
  }

  /** Empties the list for another conversation, but for the message it begins with. */
  beginWith(first: HTMLElement): void {
    this.#list.replaceChildren(first);
    this.revision = 0;
  }

  /** Whether the server knows of anything that is shown here. */
  get isKept(): boolean {
    return find("[data-place]", this.#list) !== null;
  }

  get last(): HTMLElement | null {
    return this.#list.lastElementChild as HTMLElement | null;
  }

  #named(name: string): HTMLElement | null {
    return find(`[data-entry="${CSS.escape(name)}"]`, this.#list);
  }

  #after(place: number): HTMLElement | null {
    return findAll(":scope > li", this.#list).find((entry) => placeOf(entry) > place) ?? null;
  }
}

function revisionOf(entry: HTMLElement): number {
  return Number(entry.dataset["revision"] ?? -1);
}

function placeOf(entry: HTMLElement): number {
  return Number(entry.dataset["place"] ?? Infinity);
}
