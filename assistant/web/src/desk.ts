// Makes the desk live: what happens comes by itself, and nothing that is written is lost. Every form works without it.

import { alertOf, setUpAlerts } from "./desk/alerts";
import { Chat, type Entries } from "./desk/chat";
import { startClocks } from "./desk/clock";
import { setUpDialogs } from "./desk/dialogs";
import { fragment, Refused, Unreachable } from "./desk/http";
import { forget } from "./desk/kept";
import { openSections, setUpSections } from "./desk/sections";
import { setUpShortcuts } from "./desk/shortcuts";
import { listen } from "./desk/stream";
import { go, setUpTabs } from "./desk/tabs";
import { find, findAll, reveal } from "./dom";
import { say } from "./live";
import { setUpMenus } from "./menus";

const FIGURES_MS = 10_000;
const CALLS_MS = 3_000;

interface QueueNews {
  html: string;
  waiting: string[];
}

function openDesk(): void {
  const asked = new URL(window.location.href).searchParams.get("chat");
  const chats = findAll("[data-chat]").map((pane) => new Chat(pane));
  forget(chats.map((chat) => chat.id));
  setUpTabs();
  setUpAlerts();
  setUpSections(chats);
  setUpShortcuts(chats, openSections);
  const of = (id: string): Chat | undefined => chats.find((chat) => chat.id === id);
  const lost = find("[data-lost]");
  if (asked && of(asked)) go(asked);
  listen({
    seen: () => chats.map((chat) => chat.revision).join(","),
    isOpen: () => {
      if (lost && !lost.hidden) say(lost.dataset["back"] ?? "");
      if (lost) lost.hidden = true;
      for (const chat of chats) chat.flush();
    },
    isLost: () => {
      if (lost?.hidden) say(find("[data-lost-text]", lost)?.textContent ?? "");
      if (lost) lost.hidden = false;
    },
    on: {
      queue: showQueue,
      entries: (news: Entries) => of(news.chat)?.tell(news),
      typing: (news: { chat: string }) => of(news.chat)?.showTyping(),
      gone: (news: { chat: string; text: string }) => of(news.chat)?.end(news.text),
      opened: (news: { chat: string }) => showOpened(news.chat),
    },
  });
}

let known: string[] | null = null;

function showQueue({ html, waiting }: QueueNews): void {
  const queue = find("[data-queue]");
  if (!queue) return;
  const focused = document.activeElement instanceof HTMLElement && queue.contains(document.activeElement);
  const row = focused ? document.activeElement?.closest<HTMLElement>("[data-waits]")?.dataset["waits"] : undefined;
  queue.innerHTML = html;
  // Whoever was about to take the next one must not find the focus elsewhere because the list has changed.
  if (focused) (find(`[data-waits="${row ?? ""}"] button`, queue) ?? find("[data-pane=queue]"))?.focus();
  for (const count of findAll("[data-count]")) count.textContent = String(waiting.length);
  if (known && waiting.some((id) => !known?.includes(id))) alertOf("queue");
  known = waiting;
  const looking = find("[data-looking]");
  if (looking && !waiting.includes(looking.dataset["looking"] ?? "")) {
    const gone = find("[data-look-gone]", looking);
    if (gone?.hidden) say(gone.textContent ?? "");
    if (gone) gone.hidden = false;
    for (const form of findAll("form", looking)) form.hidden = true;
  }
}

function showOpened(chat: string): void {
  const sign = find("[data-opened]");
  const link = sign && find<HTMLAnchorElement>("a", sign);
  if (!sign || !link) return;
  link.href = `/desk?chat=${encodeURIComponent(chat)}`;
  sign.hidden = false;
  say(sign.textContent ?? "");
}

/** Figures and lists of the moment, anew while somebody looks at them. */
function keepAnew(place: HTMLElement, address: string, every: number): void {
  window.setInterval(() => {
    if (document.hidden || place.contains(document.activeElement)) return;
    fragment(address)
      .then((html) => (place.innerHTML = html))
      .catch((failure: unknown) => {
        if (!(failure instanceof Unreachable || failure instanceof Refused)) throw failure;
      });
  }, every);
}

/** A call as it goes on; what was opened to be read stays open. */
function followCall(place: HTMLElement, address: string): void {
  const source = new EventSource(address);
  source.addEventListener("call", (event: MessageEvent<string>) => {
    const opened = findAll<HTMLDetailsElement>("details", place).map((details) => details.open);
    place.innerHTML = (JSON.parse(event.data) as { html: string }).html;
    findAll<HTMLDetailsElement>("details", place).forEach((details, at) => (details.open = opened[at] ?? details.open));
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

/** A notice is for the page it came with: a reload must not tell it again. */
function tellNotice(): void {
  const address = new URL(window.location.href);
  if (!address.searchParams.has("notice")) return;
  address.searchParams.delete("notice");
  window.history.replaceState(null, "", address);
}

tellNotice();
reveal("[data-needs-script]");
setUpMenus();
setUpDialogs();
startClocks();
find("[data-sign-out]")?.addEventListener("click", () => forget());
if (find("[data-floor]")) openDesk();
const figures = find("[data-figures]");
if (figures) keepAnew(figures, "/desk/supervisor/figures", FIGURES_MS);
const list = find("[data-anew]");
if (list) keepAnew(list, list.dataset["anew"] ?? "", CALLS_MS);
const call = find("[data-follow]");
if (call) followCall(call, call.dataset["follow"] ?? "");
