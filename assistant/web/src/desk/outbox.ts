// Messages on their way: one after the other in each chat, tried again until the server has them. Each has its id, so the
// server keeps one that arrives twice once.

import { Refused, send, Unreachable } from "./http";
import { keep, recall } from "./kept";

const AGAIN_MS = 4000;

export interface Outgoing {
  id: string;
  action: string;
  fields: [string, string][];
}

export interface Told {
  sent(message: Outgoing): void;
  refused(message: Outgoing, why: string): void;
  waiting(message: Outgoing): void;
}

export class Outbox {
  readonly #name: string;
  readonly #told: Told;
  #messages: Outgoing[];
  #isBusy = false;

  constructor(chat: string, told: Told) {
    this.#name = `outbox.${chat}`;
    this.#told = told;
    this.#messages = recall<Outgoing[]>(this.#name, []);
    window.addEventListener("online", () => void this.flush());
  }

  /** What has not arrived yet, oldest first. */
  get messages(): readonly Outgoing[] {
    return this.#messages;
  }

  add(message: Outgoing): void {
    this.#messages.push(message);
    this.#save();
    void this.flush();
  }

  /** Sends what waits, now. */
  async flush(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let first = this.#messages[0]; first; first = this.#messages[0]) {
        if (!(await this.#isDone(first))) break;
        this.#messages.shift();
        this.#save();
      }
    } finally {
      this.#isBusy = false;
    }
    if (this.#messages.length) window.setTimeout(() => void this.flush(), AGAIN_MS);
  }

  async #isDone(message: Outgoing): Promise<boolean> {
    try {
      await send(message.action, new URLSearchParams(message.fields));
      this.#told.sent(message);
    } catch (failure) {
      if (failure instanceof Unreachable) {
        this.#told.waiting(message);
        return false;
      }
      if (!(failure instanceof Refused)) throw failure;
      this.#told.refused(message, failure.message);
    }
    return true;
  }

  #save(): void {
    keep(this.#name, this.#messages);
  }
}
