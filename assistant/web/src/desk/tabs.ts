// Queue and chats: side by side on a wide screen, one at a time on a tablet, chosen by tabs.

import { find, findAll, target } from "../dom";

export function setUpTabs(): void {
  find("[data-tabs]")?.addEventListener("click", (event) => {
    const tab = target(event, "[data-tab]");
    if (!tab || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    show(tab.dataset["tab"] ?? "queue");
  });
}

/** Brings a pane to the front, where only one is shown. */
export function show(name: string): void {
  for (const tab of findAll("[data-tab]")) {
    if (tab.dataset["tab"] === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  for (const pane of findAll("[data-pane]")) pane.classList.toggle("pane--current", pane.dataset["pane"] === name);
  markNews(name, false);
  const entries = find(`[data-pane="${name}"] [data-entries]`);
  if (entries) entries.scrollTop = entries.scrollHeight;
  const isChat = find(`[data-chat="${name}"]`) !== null;
  window.history.replaceState(null, "", isChat ? `/desk?chat=${encodeURIComponent(name)}` : "/desk");
}

/** Brings a pane to the front and puts the focus on it. */
export function go(name: string): void {
  show(name);
  find(`[data-pane="${name}"]`)?.focus();
}

export function markNews(name: string, isNew: boolean): void {
  const mark = find(`[data-tab="${name}"] [data-news]`);
  const pane = find(`[data-pane="${name}"]`);
  if (mark) mark.hidden = !isNew || pane?.classList.contains("pane--current") === true;
}
