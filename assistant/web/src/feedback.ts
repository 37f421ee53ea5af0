// Thumbs under an answer: the vote is shown at once and sent; a "no" opens a field for the reason.

import { post, RequestFailed } from "./api";
import { find, findAll } from "./dom";
import { say } from "./live";

interface Thanks {
  message: string;
}

export async function sendFeedback(form: HTMLFormElement, fields: URLSearchParams): Promise<void> {
  const box = form.closest<HTMLElement>("[data-feedback]");
  if (!box) return;
  try {
    const { message } = await post<Thanks>(form.action, fields);
    showVote(box, fields.get("helpful"));
    showThanks(box, message);
    if (fields.has("reason")) form.reset();
  } catch (failure) {
    if (!(failure instanceof RequestFailed)) throw failure;
    if (failure.detail) showThanks(box, failure.detail);
  }
}

function showVote(box: HTMLElement, vote: string | null): void {
  for (const button of findAll<HTMLButtonElement>("button[name=helpful]", box)) {
    button.setAttribute("aria-pressed", String(button.value === vote));
  }
  const reason = find("[data-reason]", box);
  if (reason) reason.hidden = vote !== "no";
}

function showThanks(box: HTMLElement, message: string): void {
  const thanks = find("[data-thanks]", box);
  if (thanks) thanks.textContent = message;
  say(message);
}
