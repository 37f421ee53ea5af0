// Single keys for who answers all day. They are off while something is written, and can be switched off for good.

import { find, findAll } from "../dom";
import type { Chat } from "./chat";
import { openDialog } from "./dialogs";
import { go } from "./tabs";

const KEY = "roland.desk.keys";
const WRITING = "input, textarea, select, [contenteditable]";

export function setUpShortcuts(chats: Chat[], openSections: (chat: Chat) => void): void {
  const wish = find<HTMLInputElement>("[data-keys-on]");
  if (wish) {
    wish.checked = localStorage.getItem(KEY) !== "off";
    wish.addEventListener("change", () => localStorage.setItem(KEY, wish.checked ? "on" : "off"));
  }
  const here = (): Chat | undefined => {
    const shown = document.activeElement?.closest("[data-chat]") ?? find(".pane--current[data-chat]");
    return chats.find((chat) => chat.pane === shown) ?? chats[0];
  };
  const press = (selector: string): void => find(selector)?.click();
  const actions: Record<string, () => void> = {
    "?": () => void openDialog("keys"),
    n: () => press("[data-claim]"),
    q: () => go("queue"),
    a: () => here()?.reply?.focus(),
    i: () => here()?.focusNote(),
    k: () => {
      const chat = here();
      if (chat) openSections(chat);
    },
    v: () => void here()?.reply?.suggest(),
    w: () => void openDialog(`transfer-${here()?.id ?? ""}`),
    b: () => void openDialog(`close-${here()?.id ?? ""}`),
    p: togglePause,
  };
  document.addEventListener("keydown", (event) => {
    const isFree = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    const isWriting = event.target instanceof Element && event.target.closest(WRITING) !== null;
    if (!isFree || isWriting || find("dialog[open]") || localStorage.getItem(KEY) === "off") return;
    const chat = chats[Number(event.key) - 1];
    const act = chat ? () => go(chat.id) : actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function togglePause(): void {
  const pressed = findAll<HTMLButtonElement>("button[name=presence]").find(
    (button) => button.getAttribute("aria-pressed") === "true",
  );
  find(`button[name=presence][value=${pressed?.value === "available" ? "paused" : "available"}]`)?.click();
}
