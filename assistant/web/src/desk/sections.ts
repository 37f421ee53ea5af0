// Searching the catalogue for a section to send along.

import { find, target } from "../dom";
import type { Chat } from "./chat";
import { openDialog } from "./dialogs";
import { fragment, Refused, Unreachable } from "./http";

let chosen: Chat | null = null;

export function setUpSections(chats: Chat[]): void {
  const dialog = find<HTMLDialogElement>("#sections");
  const form = dialog && find<HTMLFormElement>("form[data-search]", dialog);
  if (!dialog || !form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void search();
  });
  dialog.addEventListener("click", (event) => {
    const button = target(event, "[data-attach]");
    if (!button) return;
    dialog.close();
    chosen?.reply?.attach(button.dataset["attach"] ?? "", button.dataset["what"] ?? "");
  });
  document.addEventListener("click", (event) => {
    if (!target(event, "[data-aid=sections]")) return;
    const pane = target(event, "[data-chat]");
    const chat = chats.find((one) => one.pane === pane);
    if (chat) openSections(chat);
  });
}

/** Opens the search for a chat, with the service it is about. */
export function openSections(chat: Chat): void {
  chosen = chat;
  const field = find<HTMLInputElement>("#sections input[type=search]");
  if (field) field.value = "";
  openDialog("sections");
  void search();
}

async function search(): Promise<void> {
  const place = find("[data-found]");
  const field = find<HTMLInputElement>("#sections input[type=search]");
  if (!place || !field || !chosen) return;
  try {
    place.innerHTML = await fragment(
      `/desk/chats/${encodeURIComponent(chosen.id)}/sections?q=${encodeURIComponent(field.value)}`,
    );
  } catch (failure) {
    if (!(failure instanceof Unreachable || failure instanceof Refused)) throw failure;
    place.textContent = failure.message || (place.dataset["failed"] ?? "");
  }
}
