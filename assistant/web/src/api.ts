// Speaking with the server: the same forms as without a script, asked to answer in JSON.

import { find } from "./dom";

export interface TurnReply {
  id: string;
  html: string;
  pending: boolean;
  language: string;
  dir: string;
  next_id: string;
}

/** A request that brought no answer; `detail` is a text for people, null where the server could not be reached. */
export class RequestFailed extends Error {
  constructor(readonly detail: string | null) {
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

/** The whole conversation as plain text. */
export async function transcript(): Promise<string> {
  const response = await fetch(`/chat/transcript?view=${view()}`, { credentials: "include" }).catch(unreachable);
  if (!response.ok) throw new RequestFailed(null);
  return response.text();
}

// Portal and widget keep conversations of their own.
function view(): string {
  return find("[data-chat]")?.dataset["view"] ?? "";
}

async function request<T>(url: string, options: RequestInit): Promise<T> {
  const headers = { Accept: "application/json" };
  const response = await fetch(url, { ...options, headers, credentials: "include" }).catch(unreachable);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new RequestFailed(detailOf(body));
  return body as T;
}

function unreachable(): never {
  throw new RequestFailed(null);
}

function detailOf(problem: unknown): string | null {
  if (typeof problem !== "object" || problem === null || !("detail" in problem)) return null;
  return typeof problem.detail === "string" ? problem.detail : null;
}
