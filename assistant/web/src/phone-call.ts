// One call: microphone → 8 kHz PCM → WebSocket, and the same way back.

const RATE = 8_000;
const CLEAN = new Set([1000, 1001, 1005]);
/** What was said last is heard to its end. */
const LAST_WORDS_MS = 250;

export type Speaker = "caller" | "roland";
export type Fault = "denied" | "missing" | "busy" | "unsupported" | "refused" | "lost";

export interface Line {
  address: URL;
  token: string;
  protocol: string;
  worklet: string;
}

export interface Listener {
  connected(): void;
  said(speaker: Speaker, text: string): void;
  /** Nothing more comes; once. */
  over(fault: Fault | null): void;
}

type Told = { type: "text"; speaker: Speaker; text: string } | { type: "killAudio" } | { type: "disconnect" };

export class Call {
  readonly #line: Line;
  readonly #listener: Listener;
  #socket: WebSocket | null = null;
  #microphone: MediaStream | null = null;
  #contexts: AudioContext[] = [];
  #earpiece: AudioWorkletNode | null = null;
  #isOpen = false;
  #isOver = false;

  constructor(line: Line, listener: Listener) {
    this.#line = line;
    this.#listener = listener;
  }

  async begin(): Promise<void> {
    // Browsers hide both where the connection is not secure.
    if (!("mediaDevices" in navigator) || !("AudioWorkletNode" in window)) return this.#end("unsupported");
    try {
      // The earpiece first: while the microphone is being asked for, the press of the button grows stale.
      await this.#openEarpiece();
      this.#microphone = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      return this.#end(faultOf(error));
    }
    if (this.#isOver) return this.#release();
    this.#connect(this.#microphone);
  }

  press(key: string): void {
    this.#say(JSON.stringify({ event: "dtmf", dtmf: key }));
  }

  hangUp(): void {
    this.#end(null);
  }

  #connect(microphone: MediaStream): void {
    this.#line.address.protocol = this.#line.address.protocol.replace("http", "ws");
    this.#line.address.search = this.#line.address.hash = "";
    const socket = new WebSocket(this.#line.address, [this.#line.protocol, this.#line.token]);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      this.#isOpen = true;
      this.#say(JSON.stringify({ callSid: "", sampleRate: RATE, mixType: "mono", metadata: { transcript: true } }));
      void this.#openMicrophone(microphone);
      this.#listener.connected();
    });
    socket.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => this.#hear(event.data));
    socket.addEventListener("close", (event) => {
      if (!this.#isOpen || event.code === 1013) this.#end("refused");
      else if (CLEAN.has(event.code)) this.#endSoon();
      else this.#end("lost");
    });
  }

  #hear(message: string | ArrayBuffer): void {
    if (typeof message !== "string") {
      this.#earpiece?.port.postMessage(message, [message]);
      return;
    }
    const told = JSON.parse(message) as Told;
    if (told.type === "text") this.#listener.said(told.speaker, told.text);
    else if (told.type === "killAudio") this.#earpiece?.port.postMessage(null);
    else if (told.type === "disconnect") this.#endSoon();
  }

  /** At the telephone's rate: the browser fits it to the loudspeaker. */
  async #openEarpiece(): Promise<void> {
    const context = this.#context({ sampleRate: RATE });
    await context.audioWorklet.addModule(this.#line.worklet);
    this.#earpiece = new AudioWorkletNode(context, "earpiece", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#earpiece.connect(context.destination);
    await context.resume();
  }

  /** At the microphone's own rate, since not every browser connects one to another rate. */
  async #openMicrophone(microphone: MediaStream): Promise<void> {
    const context = this.#context();
    await context.audioWorklet.addModule(this.#line.worklet);
    const options: AudioWorkletNodeOptions = { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" };
    const node = new AudioWorkletNode(context, "microphone", options);
    node.port.addEventListener("message", (event: MessageEvent<ArrayBuffer>) => this.#say(event.data));
    node.port.start();
    context.createMediaStreamSource(microphone).connect(node);
    await context.resume();
  }

  #context(options: AudioContextOptions = {}): AudioContext {
    const context = new AudioContext({ latencyHint: "interactive", ...options });
    this.#contexts.push(context);
    return context;
  }

  #say(message: string | ArrayBuffer): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  #endSoon(): void {
    window.setTimeout(() => this.#end(null), LAST_WORDS_MS);
  }

  #end(fault: Fault | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release();
    this.#listener.over(fault);
  }

  #release(): void {
    this.#socket?.close(1000);
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
    for (const context of this.#contexts) if (context.state !== "closed") void context.close();
  }
}

function faultOf(error: unknown): Fault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "unsupported";
}
