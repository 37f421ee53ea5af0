// The page to try the telephone line: one call at a time, by voice and by keys, with what is said as text.

import { Call, type Fault, type Speaker } from "./phone-call";
import { find, findAll, target } from "./dom";

type State = "idle" | "connecting" | "talking" | "over";

class Phone {
  readonly #page: HTMLElement;
  #call: Call | null = null;

  constructor(page: HTMLElement) {
    this.#page = page;
    this.#find("[data-phone-call]").addEventListener("click", () => void this.#begin());
    this.#find("[data-phone-hang-up]").addEventListener("click", () => this.#call?.hangUp());
    const keypad = this.#find("[data-phone-keypad]");
    keypad.addEventListener("click", (event) => this.#press(target(event, "[data-key]")?.dataset["key"]));
    keypad.addEventListener("keydown", (event) => this.#type(event));
    this.#find("[data-phone-unready]").hidden = true;
    window.addEventListener("pagehide", () => this.#call?.hangUp());
  }

  async #begin(): Promise<void> {
    if (this.#call) return;
    this.#find("[data-phone-fault]").hidden = true;
    this.#find("[data-phone-transcript]").replaceChildren();
    this.#find("[data-phone-nothing]").hidden = false;
    this.#show("connecting");
    const { token = "", protocol = "", worklet = "" } = this.#page.dataset;
    this.#call = new Call(
      { address: new URL("/line/call", window.location.href), token, protocol, worklet },
      {
        connected: () => this.#show("talking"),
        said: (speaker, text) => this.#write(speaker, text),
        over: (fault) => this.#end(fault),
      },
    );
    await this.#call.begin();
  }

  #end(fault: Fault | null): void {
    this.#call = null;
    this.#show("over");
    if (!fault) return;
    const place = this.#find("[data-phone-fault]");
    place.textContent = this.#text(fault);
    place.hidden = false;
  }

  #press(key: string | undefined): void {
    if (key) this.#call?.press(key);
  }

  /** Where a key of the keypad has the focus, digits can be typed as well. */
  #type(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
    event.preventDefault();
    this.#press(event.key);
  }

  #show(state: State): void {
    const isOn = state === "connecting" || state === "talking";
    const [call, hangUp] = [this.#find("[data-phone-call]"), this.#find("[data-phone-hang-up]")];
    const focus = document.activeElement;
    const losesFocus = focus === (isOn ? call : hangUp) || (!isOn && focus?.matches("[data-key]") === true);
    this.#page.dataset["state"] = state;
    call.hidden = isOn;
    hangUp.hidden = !isOn;
    // A button that goes away must not take the focus with it.
    if (losesFocus) (isOn ? hangUp : call).focus();
    for (const key of findAll<HTMLButtonElement>("[data-key]", this.#page)) key.disabled = state !== "talking";
    this.#find("[data-phone-state]").textContent = this.#text(state);
  }

  #write(speaker: Speaker, text: string): void {
    this.#find("[data-phone-nothing]").hidden = true;
    const said = document.createElement("li");
    said.className = `phone__said phone__said--${speaker}`;
    const who = document.createElement("span");
    who.className = "phone__speaker";
    who.textContent = this.#text(speaker);
    const words = document.createElement("p");
    words.dir = "auto";
    words.textContent = text;
    said.append(who, words);
    this.#find("[data-phone-transcript]").append(said);
    said.scrollIntoView({ block: "nearest" });
  }

  #text(name: string): string {
    return find<HTMLTemplateElement>(`[data-phone-text="${name}"]`, this.#page)?.content.textContent ?? "";
  }

  #find(selector: string): HTMLElement {
    const found = find(selector, this.#page);
    if (!found) throw new Error(`the page lacks ${selector}`);
    return found;
  }
}

const page = find("[data-phone]");
if (page) new Phone(page);
