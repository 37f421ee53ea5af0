// Taking the conversation along: print, copy, mail.

import { RequestFailed, transcript } from "./api";
import { find } from "./dom";
import { say } from "./live";

// Mail programs cut longer addresses off without a word.
const LONGEST_MAILTO = 1900;

export function setUpTranscript(): void {
  find("[data-print]")?.addEventListener("click", () => window.print());
  const copyButton = find("[data-copy]");
  copyButton?.addEventListener("click", () => void copy(copyButton));
  const mailButton = find("[data-mail]");
  mailButton?.addEventListener("click", () => void mail(mailButton));
}

async function copy(button: HTMLElement): Promise<void> {
  const isDone = await copied(transcript());
  tell((isDone ? button.dataset["done"] : button.dataset["failed"]) ?? "");
}

async function mail(button: HTMLElement): Promise<void> {
  const text = await transcript().catch(() => "");
  const subject = encodeURIComponent(button.dataset["subject"] ?? "");
  const address = `mailto:?subject=${subject}&body=${encodeURIComponent(text.replace(/\r?\n/g, "\r\n"))}`;
  if (text && address.length <= LONGEST_MAILTO) {
    window.location.href = address;
  } else if (text && (await copied(Promise.resolve(text)))) {
    tell(button.dataset["tooLong"] ?? "");
    window.location.href = `mailto:?subject=${subject}`;
  } else {
    tell(button.dataset["failed"] ?? "");
  }
}

async function copied(text: Promise<string>): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(await text);
    return true;
  } catch (failure) {
    if (failure instanceof RequestFailed || failure instanceof DOMException || failure instanceof TypeError) return false;
    throw failure;
  }
}

function tell(text: string): void {
  const place = find("[data-tell]");
  if (place) {
    place.textContent = text;
    place.hidden = false;
  }
  say(text);
}
