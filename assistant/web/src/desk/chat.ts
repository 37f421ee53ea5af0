// One chat: its entries in their order, each once; the reply, the note, what stands beside.

import { find, findAll, target } from "../dom";
import { say } from "../live";
import { alertOf } from "./alerts";
import { Refused, send, Unreachable } from "./http";
import { keep, recall } from "./kept";
import { Outbox, type Outgoing } from "./outbox";
import { Reply } from "./reply";
import { markNews } from "./tabs";

const TYPING_SHOWN_MS = 5000;
const NEAR_END_PX = 80;

export interface Entries {
  chat: string;
  entries: Record<string, string>;
  panel?: string | null;
}

export class Chat {
  readonly id: string;
  readonly pane: HTMLElement;
  readonly reply: Reply | null;
  readonly #list: HTMLElement;
  readonly #outbox: Outbox;
  #typing = 0;

  constructor(pane: HTMLElement) {
    this.pane = pane;
    this.id = pane.dataset["chat"] ?? "";
    this.#list = find("[data-entries]", pane) as HTMLElement;
    this.#outbox = new Outbox(this.id, {
      sent: (message) => this.#mark(message, null),
      waiting: (message) => this.#mark(message, "unsent"),
      refused: (message, why) => this.#giveBack(message, why),
    });
    const form = find<HTMLFormElement>("[data-reply]", pane);
    this.reply = form && new Reply(form, this.id, (message, shown) => this.#post(message, shown));
    for (const message of this.#outbox.messages) this.#showUnsent(message, textOf(message));
    void this.#outbox.flush();
    this.#setUpNote();
    this.#setUpFold();
    pane.addEventListener("click", (event) => {
      if (target(event, "[data-dismiss]")) this.#dismiss();
    });
    this.#toEnd();
  }

  get revision(): string {
    return `${this.id}:${this.pane.dataset["revision"] ?? "0"}`;
  }

  flush(): void {
    void this.#outbox.flush();
  }

  focusNote(): void {
    this.#fold(true);
    find("textarea[name=note]", this.pane)?.focus();
  }

  /** Puts entries in their places; what stands there already is replaced. */
  tell({ entries, panel }: Entries): void {
    const wasAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR_END_PX;
    for (const place of Object.keys(entries).map(Number).sort((one, other) => one - other)) {
      this.#put(place, entries[String(place)] ?? "");
    }
    const context = find("[data-panel]", this.pane);
    if (panel && context) context.innerHTML = panel;
    if (wasAtEnd) this.#toEnd();
  }

  showTyping(): void {
    const sign = find("[data-typing]", this.pane);
    if (!sign) return;
    sign.hidden = false;
    window.clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => (sign.hidden = true), TYPING_SHOWN_MS);
  }

  /** The chat is not the agent's any more: it can be read, and nothing can be said. */
  end(text: string): void {
    const sign = find("[data-gone]", this.pane);
    const words = find("[data-gone-text]", this.pane);
    if (sign && words) {
      words.textContent = text;
      sign.hidden = false;
    }
    this.reply?.close();
    for (const way of findAll(".pane__ways a, .notes__form button", this.pane)) way.hidden = true;
    for (const name of ["reply", "note", "attached", "spoken", "outbox"]) keep(`${name}.${this.id}`, "");
    say(`${this.pane.dataset["what"] ?? ""}: ${text}`);
  }

  #put(place: number, html: string): void {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const entry = template.content.firstElementChild as HTMLElement;
    const items = findAll("[data-place]", this.#list);
    const old = items.find((item) => Number(item.dataset["place"]) === place);
    if (entry.dataset["id"]) find(`[data-waiting="${entry.dataset["id"]}"]`, this.#list)?.remove();
    if (old) {
      old.replaceWith(entry);
      return;
    }
    const next = items.find((item) => Number(item.dataset["place"]) > place) ?? find("[data-waiting]", this.#list);
    this.#list.insertBefore(entry, next);
    if (entry.dataset["kind"] === "turn") this.#announce(entry);
  }

  #announce(entry: HTMLElement): void {
    const sign = find("[data-typing]", this.pane);
    if (sign) sign.hidden = true;
    const text = find(".said--person .said__text", entry);
    say(`${this.pane.dataset["what"] ?? ""}: ${text?.textContent ?? ""}`, text?.lang);
    markNews(this.id, true);
    alertOf("message");
  }

  #post(message: Outgoing, shown: string): void {
    this.#showUnsent(message, shown);
    this.#toEnd();
    this.#outbox.add(message);
  }

  #showUnsent(message: Outgoing, shown: string): void {
    if (find(`[data-id="${message.id}"]`, this.#list)) return;
    const template = find<HTMLTemplateElement>("template[data-unsent-entry]") as HTMLTemplateElement;
    const entry = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    entry.dataset["waiting"] = message.id;
    const words = find("[data-text]", entry);
    if (words) words.textContent = shown;
    this.#list.append(entry);
    this.#mark(message, "sending");
  }

  #mark(message: Outgoing, state: "sending" | "unsent" | null): void {
    const entry = find(`[data-waiting="${message.id}"]`, this.#list);
    const words = entry && find("[data-state]", entry);
    if (words) words.textContent = state ? (words.dataset[state] ?? "") : "";
  }

  #giveBack(message: Outgoing, why: string): void {
    find(`[data-waiting="${message.id}"]`, this.#list)?.remove();
    this.reply?.restore(textOf(message), why);
  }

  #toEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  // ── the private note ────────────────────────────────────────────────────────────────────────────────────────────────

  #setUpNote(): void {
    const form = find<HTMLFormElement>("[data-note]", this.pane);
    const field = form && find<HTMLTextAreaElement>("textarea", form);
    if (!form || !field) return;
    field.value = recall(`note.${this.id}`, field.value);
    field.addEventListener("input", () => keep(`note.${this.id}`, field.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#saveNote(form, field);
    });
  }

  async #saveNote(form: HTMLFormElement, field: HTMLTextAreaElement): Promise<void> {
    const wrong = find("[data-wrong]", form) as HTMLElement;
    const id = find<HTMLInputElement>("input[name=id]", form) as HTMLInputElement;
    try {
      const { html, next_id } = await send<{ html: string; next_id: string }>(
        form.action,
        new URLSearchParams({ note: field.value, id: id.value }),
      );
      const list = find("[data-notes]", this.pane);
      if (list) list.innerHTML = html;
      id.value = next_id;
      field.value = "";
      keep(`note.${this.id}`, "");
      wrong.hidden = true;
      say(form.dataset["saved"] ?? "");
    } catch (failure) {
      if (!(failure instanceof Refused || failure instanceof Unreachable)) throw failure;
      const text = failure.message || (form.dataset["unsaved"] ?? "");
      const words = find("[data-wrong-text]", wrong);
      if (words) words.textContent = text;
      wrong.hidden = false;
      say(text);
    }
  }

  // ── what stands beside, folded away in a narrow column ──────────────────────────────────────────────────────────────

  #setUpFold(): void {
    find("[data-fold]", this.pane)?.addEventListener("click", () => this.#fold());
    find(".context", this.pane)?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#fold(false);
      find("[data-fold]", this.pane)?.focus();
    });
  }

  #fold(open?: boolean): void {
    const context = find(".context", this.pane);
    const isShown = context?.toggleAttribute("data-shown", open) ?? false;
    find("[data-fold]", this.pane)?.setAttribute("aria-expanded", String(isShown));
  }

  #dismiss(): void {
    window.location.assign("/desk");
  }
}

function textOf(message: Outgoing): string {
  return message.fields.find(([name]) => name === "text")?.[1] ?? "";
}
