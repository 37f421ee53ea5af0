// Makes the server-rendered page quicker. Every form here also works without this script.

import { Chat } from "./chat";
import { Composer } from "./composer";
import { find, reveal, target } from "./dom";
import { Entries } from "./entries";
import { sendFeedback } from "./feedback";
import { setUpFrame } from "./frame";
import { say } from "./live";
import { openOutline } from "./steps";
import { setUpMenus } from "./menus";
import { setUpTicket } from "./ticket";
import { setUpTranscript } from "./transcript";

const field = find<HTMLTextAreaElement>("#message");
const section = find("[data-chat]");
const turns = find("[data-turns]");
const composer = field && new Composer(field);
const chat = composer && section && turns ? new Chat(section, new Entries(turns), composer) : null;

document.addEventListener("submit", (event) => {
  const form = target<HTMLFormElement>(event, "form");
  if (form?.dataset["enhance"] === undefined) {
    composer?.keepDraft();
    return;
  }
  event.preventDefault();
  void send(form, event.submitter);
});

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const button = submitter instanceof HTMLButtonElement && submitter.name ? submitter : null;
  const fields = fieldsOf(form, button);
  const action = form.getAttribute("action");
  if (action === "/chat/feedback") await sendFeedback(form, fields);
  else if (action === "/chat/leave" || action === "/chat/solved") await chat?.change(form, fields);
  else await chat?.ask(form, fields, fields.get("label") ?? fields.get("text") ?? "");
}

/** A form's fields with those of the pressed button; a choice takes along the words it was shown with. */
function fieldsOf(form: HTMLFormElement, button: HTMLButtonElement | null): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) {
    if (typeof value === "string") fields.append(name, value.trim());
  }
  if (button?.name === "choice" && !fields.has("label")) fields.append("label", button.textContent?.trim() ?? "");
  return fields;
}

/** A notice is for the page it came with: a reload must not tell it again. */
function tellNotice(): void {
  const notice = find("[data-notice]");
  if (!notice) return;
  say(notice.innerText);
  const address = new URL(window.location.href);
  address.searchParams.delete("notice");
  window.history.replaceState(null, "", address);
}

tellNotice();
reveal("[data-needs-script]");
setUpMenus();
setUpTranscript();
setUpTicket();
setUpFrame();
openOutline();
void chat?.resume();
