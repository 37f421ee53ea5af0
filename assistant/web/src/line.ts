// The line to the server while people answer or are waited for: a stream of events, and asking now and then where
// streams do not get through.

import { view } from "./api";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
// A stream that something in between holds back looks healthy from here.
const ASK_ANYWAY_MS = 30_000;

export interface Listener {
  /** Up to which change the page shows everything. */
  readonly revision: number;
  entry(html: string, revision: number): void;
  /** Asks the server for all that is new, and how things stand; whether it could be reached. */
  look(): Promise<boolean>;
  /** The place in the queue is another one: the part below the conversation, drawn anew. */
  place(standing: string): void;
  typing(): void;
  /** The conversation has been deleted. */
  gone(): void;
  cut(isCut: boolean): void;
}

export class Line {
  readonly #listener: Listener;
  #source: EventSource | null = null;
  #timer = 0;
  #pause = FIRST_PAUSE_MS;
  #isWanted = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    window.addEventListener("offline", () => this.#lose());
    window.addEventListener("online", () => this.#retry(0));
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#listen();
  }

  close(): void {
    this.#isWanted = false;
    this.#hangUp();
    this.#listener.cut(false);
  }

  #listen(): void {
    const source = new EventSource(`/chat/events?view=${view()}&after=${this.#listener.revision}`);
    this.#source = source;
    for (const kind of ["turn", "message", "notice"]) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        const { html } = JSON.parse(event.data) as { html: string };
        this.#listener.entry(html, Number(event.lastEventId));
        if (kind === "notice") void this.#listener.look();
      });
    }
    source.addEventListener("queue", (event: MessageEvent<string>) => {
      this.#listener.place((JSON.parse(event.data) as { standing: string }).standing);
    });
    source.addEventListener("typing", () => this.#listener.typing());
    source.addEventListener("closed", () => void this.#listener.look());
    source.addEventListener("deleted", () => this.#listener.gone());
    source.addEventListener("error", () => this.#retry(FIRST_PAUSE_MS));
    source.addEventListener("open", () => {
      this.#pause = FIRST_PAUSE_MS;
      this.#listener.cut(false);
    });
    this.#timer = window.setInterval(() => void this.#listener.look(), ASK_ANYWAY_MS);
  }

  #lose(): void {
    if (!this.#isWanted) return;
    this.#listener.cut(true);
    this.#retry(FIRST_PAUSE_MS);
  }

  #retry(pause: number): void {
    if (!this.#isWanted) return;
    this.#hangUp();
    this.#timer = window.setTimeout(() => void this.#again(), pause);
  }

  /** Asks first: what was missed is there at once, even if no stream comes about. */
  async #again(): Promise<void> {
    const isReached = await this.#listener.look();
    if (!this.#isWanted || this.#source) return;
    this.#listener.cut(!isReached);
    if (isReached) return this.#listen();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    this.#retry(this.#pause);
  }

  #hangUp(): void {
    this.#source?.close();
    this.#source = null;
    window.clearTimeout(this.#timer); // clears intervals too
  }
}
