// The conversation: questions go out, answers come into the list, a pending answer is waited for.

import { awaitTurn, post, RequestFailed, type TurnReply } from "./api";
import type { Composer } from "./composer";
import { find, findAll, reveal } from "./dom";
import { sayAnswer } from "./live";

export class Chat {
  readonly #section: HTMLElement;
  readonly #turns: HTMLElement;
  readonly #composer: Composer;
  #busy = false;

  constructor(section: HTMLElement, turns: HTMLElement, composer: Composer) {
    this.#section = section;
    this.#turns = turns;
    this.#composer = composer;
  }

  /** Sends a question or a choice; a second one is not taken while the first waits for its answer. */
  async ask(form: HTMLFormElement, fields: URLSearchParams, shown: string): Promise<void> {
    if (this.#busy || !shown) return;
    const isTyped = !fields.has("choice") && shown === this.#composer.text;
    this.#setBusy(true);
    this.#composer.error = null;
    if (isTyped) this.#composer.clear();
    const waiting = this.#appendWaiting(shown);
    try {
      const reply = await post<TurnReply>(form.action, fields);
      await this.#settle(this.#replace(waiting, reply), reply);
    } catch (failure) {
      waiting.remove();
      if (isTyped) this.#composer.restore(shown);
      this.#composer.error = this.#textOf(failure, "lost");
    } finally {
      this.#setBusy(false);
    }
  }

  /** After a reload: waits for the answer that had not come yet. */
  async resume(): Promise<void> {
    const turn = find("[data-pending]", this.#turns);
    const id = turn?.dataset["pending"];
    if (!turn || !id) return;
    this.#setBusy(true);
    await this.#settle(turn, { id, pending: true });
    this.#setBusy(false);
  }

  /** Waits until a turn has its answer, and says it. The question is kept by the server: it need not be sent again. */
  async #settle(turn: HTMLElement, { id, pending }: Pick<TurnReply, "id" | "pending">): Promise<void> {
    try {
      while (pending) {
        const reply = await awaitTurn(id);
        pending = reply.pending;
        turn = this.#replace(turn, reply);
      }
      sayAnswer(turn);
      turn.scrollIntoView({ block: "start" });
    } catch (failure) {
      this.#composer.error = this.#textOf(failure, "resumeFailed");
    }
  }

  #replace(old: HTMLElement, reply: TurnReply): HTMLElement {
    const template = document.createElement("template");
    template.innerHTML = reply.html.trim();
    const turn = template.content.firstElementChild as HTMLElement;
    old.replaceWith(turn);
    for (const field of findAll<HTMLInputElement>('form[action="/chat/messages"] input[name="id"]')) {
      field.value = reply.next_id;
    }
    return turn;
  }

  #appendWaiting(text: string): HTMLElement {
    const template = find<HTMLTemplateElement>("template[data-waiting]") as HTMLTemplateElement;
    const turn = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const place = find("[data-text]", turn);
    if (place) place.textContent = text;
    this.#turns.append(turn);
    reveal("[data-tools]");
    turn.scrollIntoView({ block: "nearest" });
    return turn;
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#composer.waiting = busy;
  }

  #textOf(failure: unknown, fallback: "lost" | "resumeFailed"): string {
    if (!(failure instanceof RequestFailed)) throw failure;
    return failure.detail ?? this.#section.dataset[fallback] ?? "";
  }
}
