// Speaking with the desk's server: forms that answer in JSON, and parts of pages.

/** The server could not be reached: what was sent may be sent again. */
export class Unreachable extends Error {}

/** The server said no, and why. */
export class Refused extends Error {}

/** Sends fields with the session's token; a page that is left meanwhile does not take them back. */
export async function send<T>(action: string, fields: URLSearchParams): Promise<T> {
  const body = new URLSearchParams(fields);
  body.set("csrf", document.body.dataset["csrf"] ?? "");
  const response = await request(action, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
  const answer: unknown = response.status === 204 ? {} : await response.json().catch(() => null);
  if (!response.ok || answer === null) throw new Refused(detailOf(answer));
  return answer as T;
}

/** A part of a page. */
export async function fragment(url: string): Promise<string> {
  const response = await request(url, { headers: { Accept: "application/json, text/html" } });
  if (!response.ok) throw new Refused(detailOf(await response.json().catch(() => null)));
  return response.text();
}

/** Whether somebody is still signed in; true where nobody can say. */
export async function isSignedIn(): Promise<boolean> {
  const response = await fetch("/desk", { method: "GET", redirect: "manual" }).catch(() => null);
  return response === null || (response.type !== "opaqueredirect" && response.status !== 401);
}

async function request(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options).catch(() => {
    throw new Unreachable();
  });
  // Somebody in between answers for a server that is restarting, or it is too busy: that is no refusal.
  if (response.status >= 500) throw new Unreachable();
  return response;
}

function detailOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("detail" in answer)) return "";
  return typeof answer.detail === "string" ? answer.detail : "";
}
