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
  #openSince = Infinity;
  #isWanted = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    window.addEventListener("offline", () => this.#lose());
    window.addEventListener("online", () => {
      this.#pause = 0;
      this.#retry();
    });
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#pause = FIRST_PAUSE_MS;
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
    this.#openSince = Infinity;
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
    source.addEventListener("error", () => {
      // One that breaks at once, again and again, is no better than none.
      if (performance.now() - this.#openSince > LONGEST_PAUSE_MS) this.#pause = FIRST_PAUSE_MS;
      this.#retry();
    });
    source.addEventListener("open", () => {
      this.#openSince = performance.now();
      this.#listener.cut(false);
    });
    this.#timer = window.setInterval(() => void this.#listener.look(), ASK_ANYWAY_MS);
  }

  #lose(): void {
    if (!this.#isWanted) return;
    this.#listener.cut(true);
    this.#retry();
  }

  #retry(): void {
    if (!this.#isWanted) return;
    this.#hangUp();
    this.#timer = window.setTimeout(() => void this.#again(), this.#pause);
    this.#pause = Math.min(Math.max(this.#pause * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
  }

  /** Asks first: what was missed is there at once, even if no stream comes about. */
  async #again(): Promise<void> {
    const isReached = await this.#listener.look();
    if (!this.#isWanted || this.#source) return;
    this.#listener.cut(!isReached);
    if (isReached) this.#listen();
    else this.#retry();
  }

  #hangUp(): void {
    this.#source?.close();
    this.#source = null;
    window.clearTimeout(this.#timer); // clears intervals too
  }
}
