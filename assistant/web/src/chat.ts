// The conversation: messages go out, what comes back finds its place, a pending answer is waited for.

import { awaitTurn, type Frame, news, type News, post, RequestFailed, type TurnReply, whisper } from "./api";
import type { Composer } from "./composer";
import { find, findAll, reveal } from "./dom";
import type { Entries } from "./entries";
import { Line } from "./line";
import { sayEntry } from "./live";
import { forget, recall, remember, type Sent } from "./sent";
import { foldSteps, goToStep, openOutline } from "./steps";
import { Standing } from "./standing";

const TYPING_EVERY_MS = 3_000;

interface Unsent {
  id: string;
  text: string;
}

export class Chat {
  readonly #section: HTMLElement;
  readonly #entries: Entries;
  readonly #composer: Composer;
  readonly #standing = new Standing();
  readonly #line: Line;
  #busy = false;
  #unsent: Unsent | null = null;
  #looking: Promise<boolean> | null = null;
  #typedAt = -Infinity;

  constructor(section: HTMLElement, entries: Entries, composer: Composer) {
    this.#section = section;
    this.#entries = entries;
    this.#composer = composer;
    this.#line = new Line({
      get revision() {
        return entries.revision;
      },
      entry: (html, revision) => this.#hear(html, revision),
      look: () => this.#look(),
      place: (html) => this.#isQueued && this.#standing.show(html),
      typing: () => this.#standing.showTyping(),
      gone: () => this.#leave(),
      cut: (isCut) => this.#showCut(isCut),
    });
    window.addEventListener("online", () => void (this.#unsent && this.#look()));
    composer.onInput(() => this.#type());
    if (this.#isWithPeople) this.#line.open();
  }

  /** Sends a message or a choice; a second one is not taken while the first is on its way. */
  async ask(form: HTMLFormElement, fields: URLSearchParams, shown: string): Promise<void> {
    if (this.#busy || !shown) return;
    const isTyped = !fields.has("choice") && shown === this.#composer.text;
    this.#composer.error = null;
    if (isTyped) this.#composer.clear();
    // The same again, or something else: only the same may count as a message that the server has already.
    if (this.#unsent && this.#unsent.text !== shown) fields.set("id", freshId());
    await this.#send({ action: form.action, fields, shown }, isTyped);
  }

  /** Sends a form about the conversation as a whole: wait no longer, is it solved. */
  async change(form: HTMLFormElement, fields: URLSearchParams): Promise<void> {
    fields.set("after", String(this.#entries.revision));
    try {
      this.#takeNews(await post<News>(form.action, fields));
      this.#composer.error = null;
    } catch (failure) {
      this.#composer.error = this.#textOf(failure, "cut");
    }
  }

  /** After a reload: sends what was on its way, and waits for the answer that had not come yet. */
  async resume(): Promise<void> {
    const sent = recall();
    if (sent && !this.#entries.shows(idOf(sent))) return this.#send(sent, !sent.fields.has("choice"));
    const id = find("[data-pending]")?.dataset["pending"];
    if (!id) return;
    this.#setBusy(true);
    await this.#await(id);
    this.#setBusy(false);
  }

  async #send(sent: Sent, isTyped: boolean): Promise<void> {
    this.#setBusy(true);
    const waiting = this.#entries.expect(idOf(sent), sent.shown, !this.#isWithPeople);
    reveal("[data-tools]");
    waiting.scrollIntoView({ block: "nearest" });
    try {
      remember(sent);
      const reply = await post<TurnReply>(sent.action, sent.fields);
      forget();
      this.#unsent = null;
      if (reply.began) this.#entries.beginWith(waiting);
      await this.#settle(reply);
      if (isTyped && reply.asked?.fault) this.#composer.restore(sent.shown);
    } catch (failure) {
      if (failure instanceof RequestFailed && failure.status !== 0) forget();
      if (!waiting.isConnected) return; // only the reply was lost: the message itself has come back by the stream
      waiting.remove();
      if (isTyped) this.#composer.restore(sent.shown);
      this.#composer.error = this.#textOf(failure, "lost");
      this.#unsent = { id: idOf(sent), text: sent.shown };
    } finally {
      this.#setBusy(false);
    }
  }

  // ── what comes in ──────────────────────────────────────────────────────────────────────────────────────────────

  /** Shows a turn, and waits until it has its answer if it is to have one. */
  async #settle(reply: TurnReply): Promise<void> {
    const turn = this.#put(reply.html);
    this.#take(reply);
    if (reply.pending) await this.#await(reply.id);
    else if (this.#isWithPeople) this.#standing.showBelow(turn);
    else turn.scrollIntoView({ block: "start" });
    if (turn.dataset["form"] !== undefined) goToStep(turn);
  }

  /** The question is kept by the server: it need not be sent again, whatever happens here. */
  async #await(id: string): Promise<void> {
    try {
      await this.#settle(await awaitTurn(id));
    } catch (failure) {
      this.#composer.error = this.#textOf(failure, "resumeFailed");
    }
  }

  #hear(html: string, revision: number): void {
    const atEnd = isSeen(this.#entries.last);
    const entry = this.#put(html);
    this.#entries.revision = Math.max(this.#entries.revision, revision);
    if (atEnd) this.#standing.showBelow(entry);
  }

  #put(html: string): HTMLElement {
    const { entry, isNews } = this.#entries.put(html);
    if (isNews) sayEntry(entry);
    if (isNews && entry.dataset["form"] !== undefined) foldSteps(entry);
    openOutline();
    if (entry.dataset["message"] !== undefined) this.#standing.showTyping(false);
    if (this.#unsent && entry.dataset["turn"] === this.#unsent.id) {
      this.#composer.takeBack(this.#unsent.text);
      this.#composer.error = null;
      this.#unsent = null;
    }
    return entry;
  }

  /** One question at a time; who asks meanwhile gets an answer that was asked for afterwards. */
  async #look(): Promise<boolean> {
    await this.#looking;
    this.#looking ??= this.#askForNews();
    return this.#looking;
  }

  async #askForNews(): Promise<boolean> {
    try {
      this.#takeNews(await news(this.#entries.revision));
      return true;
    } catch (failure) {
      if (!(failure instanceof RequestFailed)) throw failure;
      if (failure.status === 404 && this.#entries.isKept) this.#leave();
      return false;
    } finally {
      this.#looking = null;
    }
  }

  #takeNews(told: News): void {
    for (const html of told.entries) this.#hear(html, this.#entries.revision);
    this.#entries.revision = told.revision;
    this.#take(told);
  }

  #take(frame: Frame): void {
    for (const field of findAll<HTMLInputElement>('form[action="/chat/messages"] input[name="id"]')) {
      field.value = frame.next_id;
    }
    this.#section.dataset["mode"] = frame.mode;
    this.#standing.show(frame.standing);
    this.#composer.reader = this.#isWithPeople ? "people" : frame.mode === "closed" ? "over" : frame.asked ? "form" : "roland";
    this.#composer.asked = frame.asked;
    if (!frame.in_form && foldSteps(null)) find("#message")?.focus();
    if (this.#isWithPeople) this.#line.open();
    else this.#line.close();
  }

  // ── what goes out beside messages ──────────────────────────────────────────────────────────────────────────────

  #type(): void {
    const now = performance.now();
    if (this.#section.dataset["mode"] !== "with_agent" || !this.#composer.text) return;
    if (now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    whisper("/chat/typing");
  }

  /** The conversation is gone: deleted in another window, or past its date. */
  #leave(): void {
    this.#line.close();
    this.#composer.keepDraft();
    window.location.reload();
  }

  // ── how it looks ───────────────────────────────────────────────────────────────────────────────────────────────

  get #isQueued(): boolean {
    return this.#section.dataset["mode"] === "queued";
  }

  get #isWithPeople(): boolean {
    return ["queued", "with_agent"].includes(this.#section.dataset["mode"] ?? "");
  }

  #showCut(isCut: boolean): void {
    const banner = find("[data-banner]");
    if (banner) banner.hidden = !isCut;
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#composer.waiting = busy;
  }

  #textOf(failure: unknown, fallback: "lost" | "cut" | "resumeFailed"): string {
    if (!(failure instanceof RequestFailed)) throw failure;
    return failure.detail ?? this.#section.dataset[fallback] ?? "";
  }
}

function isSeen(entry: HTMLElement | null): boolean {
  return entry !== null && entry.getBoundingClientRect().top < window.innerHeight;
}

function idOf(sent: Sent): string {
  return sent.fields.get("id") ?? "";
}

function freshId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
