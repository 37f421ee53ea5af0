// Speaking with the server: the same forms as without a script, asked to answer in JSON.

import { find } from "./dom";

/** What the message field is for where a form is being filled in; `fault` is what was wrong with it, or empty. */
export interface Asked {
  label: string;
  hint: string;
  input_mode: string;
  fault: string;
  language: string;
  dir: string;
}

/** What comes with everything: who speaks, the part below the conversation, what is asked, the next message's id. */
export interface Frame {
  mode: string;
  asked: Asked | null;
  /** Whether the latest step of a form leads on. */
  in_form: boolean;
  standing: string;
  next_id: string;
}

export interface TurnReply extends Frame {
  id: string;
  html: string;
  pending: boolean;
  /** Whether the conversation began with it; what stands on the page belongs to another one then. */
  began: boolean;
}

/** Everything new since a revision, up to another. */
export interface News extends Frame {
  entries: string[];
  revision: number;
}

/** A request that brought no answer; `detail` is a text for people, null where the server could not be reached. */
export class RequestFailed extends Error {
  constructor(
    readonly detail: string | null,
    readonly status = 0,
  ) {
    super(detail ?? "unreachable");
  }
}

/** Sends a form's fields. A page that is left meanwhile does not take the message back. */
export function post<T>(action: string, fields: URLSearchParams): Promise<T> {
  return request<T>(action, { method: "POST", body: fields, keepalive: true });
}

/** Waits for a pending answer; the server holds the request for a while. */
export function awaitTurn(id: string): Promise<TurnReply> {
  return request<TurnReply>(`/chat/turns/${encodeURIComponent(id)}?view=${view()}`, {});
}

export function news(after: number): Promise<News> {
  return request<News>(`/chat/news?view=${view()}&after=${after}`, {});
}

/** Tells the server something that it does no harm to lose. */
export function whisper(action: string): void {
  const body = new URLSearchParams({ view: view() });
  fetch(action, { method: "POST", body, keepalive: true, credentials: "include" }).catch(() => undefined);
}

/** The whole conversation as plain text. */
export async function transcript(): Promise<string> {
  const response = await fetch(`/chat/transcript?view=${view()}`, { credentials: "include" }).catch(unreachable);
  if (!response.ok) throw new RequestFailed(null);
  return response.text();
}

// Portal and widget keep conversations of their own.
export function view(): string {
  return find("[data-chat]")?.dataset["view"] ?? "";
}

async function request<T>(url: string, options: RequestInit): Promise<T> {
  const headers = { Accept: "application/json" };
  const response = await fetch(url, { ...options, headers, credentials: "include" }).catch(unreachable);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new RequestFailed(detailOf(body), response.status);
  return body as T;
}

function unreachable(): never {
  throw new RequestFailed(null);
}

function detailOf(problem: unknown): string | null {
  if (typeof problem !== "object" || problem === null || !("detail" in problem)) return null;
  return typeof problem.detail === "string" ? problem.detail : null;
}
