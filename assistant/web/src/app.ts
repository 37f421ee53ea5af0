// Makes the server-rendered page quicker. Every form here also works without this script.

import { post } from "./api";
import { Chat } from "./chat";
import { Composer } from "./composer";
import { find, reveal, target } from "./dom";
import { sendFeedback } from "./feedback";
import { setUpFrame } from "./frame";
import { setUpMenus } from "./menus";
import { setUpTranscript } from "./transcript";

const field = find<HTMLTextAreaElement>("#message");
const section = find("[data-chat]");
const turns = find("[data-turns]");
const composer = field && new Composer(field);
const chat = composer && section && turns ? new Chat(section, turns, composer) : null;

document.addEventListener("submit", (event) => {
  const form = target<HTMLFormElement>(event, "form[data-enhance]");
  if (!form) return;
  event.preventDefault();
  void send(form, event.submitter);
});

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const button = submitter instanceof HTMLButtonElement && submitter.name ? submitter : null;
  const fields = fieldsOf(form, button);
  switch (form.getAttribute("action")) {
    case "/chat/messages":
      await chat?.ask(form, fields, fields.get("label") ?? fields.get("text") ?? "");
      break;
    case "/chat/feedback":
      await sendFeedback(form, fields);
      break;
    default:
      composer?.keepDraft();
      await post(form.action, fields).then(
        () => window.location.replace(withoutLanguage()),
        () => form.submit(),
      );
  }
}

/** This page's address, without the ?lang= that would undo the person's choice. */
function withoutLanguage(): URL {
  const address = new URL(window.location.href);
  address.searchParams.delete("lang");
  address.hash = "";
  return address;
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

reveal("[data-needs-script]");
setUpMenus();
setUpTranscript();
setUpFrame();
void chat?.resume();
