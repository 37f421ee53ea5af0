// The loader other sites embed: a button, and behind it Roland's chat in a frame.
//
//   <script src="https://roland.example/widget.js" data-language="de" async></script>
//
// data-language   de, en, …; otherwise the embedding page's language
// data-label      words on the button
// data-position   end (default) or start: the corner, by the page's reading direction
// data-open       present: the chat is open from the start

declare const WIDGET_WORDS: Record<string, [open: string, close: string, title: string]>;

const STYLES = `
:host { position: fixed; z-index: 2147483000; inset-block-end: 1rem; inset-inline-end: 1rem;
  font: 600 1rem/1.5 "Fira Sans", system-ui, sans-serif; }
:host([data-position=start]) { inset-inline: 1rem auto; }
button { font: inherit; min-block-size: 3rem; padding: .5rem 1.25rem; border: 2px solid transparent; border-radius: 1.5rem;
  background: #2044aa; color: #fff; cursor: pointer; box-shadow: 0 2px 8px rgb(0 0 0 / 30%); }
button:hover { background: #1a3788; }
button:focus-visible { outline: 3px solid #2044aa; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
.panel { position: fixed; inset-block: auto 5rem; inset-inline-end: 1rem; display: flex;
  inline-size: min(26rem, calc(100vw - 2rem)); block-size: min(44rem, calc(100vh - 6.5rem)); }
:host([data-position=start]) .panel { inset-inline: 1rem auto; }
.panel[hidden] { display: none; }
iframe { flex: 1; border: 1px solid #6e7597; border-radius: .5rem; background: Canvas;
  box-shadow: 0 4px 24px rgb(0 0 0 / 30%); }
@media (max-width: 30rem), (max-height: 30rem) {
  .panel { inset: 0 0 4.5rem; inline-size: auto; block-size: auto; }
  iframe { border-radius: 0; }
}
@media print { :host { display: none; } }
`;

class Widget {
  readonly #host = document.createElement("div");
  readonly #panel = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #origin: string;
  readonly #language: string;
  readonly #words: [open: string, close: string, title: string];
  #frame: HTMLIFrameElement | null = null;

  constructor(script: HTMLScriptElement) {
    const wanted = script.dataset["language"] ?? document.documentElement.lang.slice(0, 2).toLowerCase();
    this.#origin = new URL(script.src).origin;
    this.#language = wanted || "de";
    const [open, close, title] = WIDGET_WORDS[this.#language] ?? WIDGET_WORDS["de"] ?? ["", "", ""];
    this.#words = [script.dataset["label"] ?? open, close, title];
    this.#build(script.dataset["position"] ?? "end");
    if (script.dataset["open"] !== undefined) this.#toggle(true);
  }

  #build(position: string): void {
    this.#host.dataset["position"] = position;
    this.#button.type = "button";
    this.#button.addEventListener("click", () => this.#toggle(Boolean(this.#panel.hidden)));
    this.#panel.className = "panel";
    this.#panel.hidden = true;
    this.#label();
    // A sheet made by script passes the embedding site's rules against inline styles, and stays inside the shadow.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    const shadow = this.#host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#panel, this.#button);
    document.body.append(this.#host);
    this.#host.addEventListener("keydown", (event) => this.#onEscape(event));
    window.addEventListener("message", (event) => {
      if (event.origin === this.#origin && event.data === "roland:close") this.#toggle(false);
    });
  }

  #onEscape(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.#panel.hidden) this.#toggle(false);
  }

  #toggle(open: boolean): void {
    this.#panel.hidden = !open;
    this.#label();
    if (!open) this.#button.focus();
    else if (this.#frame) this.#frame.focus();
    else this.#load();
  }

  // The chat is fetched on first use only: a page that embeds it costs its visitors nothing before.
  #load(): void {
    const frame = document.createElement("iframe");
    frame.title = this.#words[2];
    frame.allow = "clipboard-write";
    frame.src = `${this.#origin}/widget?lang=${encodeURIComponent(this.#language)}`;
    frame.addEventListener("load", () => frame.focus(), { once: true });
    this.#panel.append(frame);
    this.#frame = frame;
  }

  #label(): void {
    const isOpen = !this.#panel.hidden;
    this.#button.textContent = isOpen ? this.#words[1] : this.#words[0];
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) new Widget(script);
  else document.addEventListener("DOMContentLoaded", () => new Widget(script));
}
