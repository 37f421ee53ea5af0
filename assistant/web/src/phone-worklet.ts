// Both ends of the sound, in the browser's audio thread: 16-bit PCM at 8 kHz on the one side, the sound card's on the
// other.

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const RATE = 8_000;
const FRAME = 160;
const PASSED_HZ = 3_600;
/** Sound waits this long before it is played, so that small delays on the way are not heard. */
const CUSHION = 3 * FRAME;
const MOST_WAITING = 20 * RATE;

/** Takes every sample below half the telephone's rate out of the microphone's, and sends frames of 20 ms. */
class Microphone extends AudioWorkletProcessor {
  readonly #step = sampleRate / RATE;
  readonly #taps = lowPass(2 * Math.round(12 * this.#step) + 1, PASSED_HZ / sampleRate);
  #heard = new Float32Array(this.#taps.length + 1);
  #next = 0;
  #frame = new Int16Array(FRAME);
  #filled = 0;

  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (samples) this.#take(samples);
    return true;
  }

  #take(samples: Float32Array): void {
    const kept = this.#taps.length + 1;
    const heard = new Float32Array(kept + samples.length);
    heard.set(this.#heard);
    heard.set(samples, kept);
    for (; this.#next < samples.length; this.#next += this.#step) {
      const at = Math.floor(this.#next);
      const part = this.#next - at;
      this.#put(this.#filtered(heard, at) * (1 - part) + this.#filtered(heard, at + 1) * part);
    }
    this.#next -= samples.length;
    this.#heard = heard.slice(-kept);
  }

  #filtered(heard: Float32Array, at: number): number {
    let sum = 0;
    for (let tap = 0; tap < this.#taps.length; tap++) sum += (heard[at + tap] ?? 0) * (this.#taps[tap] ?? 0);
    return sum;
  }

  #put(sample: number): void {
    this.#frame[this.#filled++] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767)));
    if (this.#filled < FRAME) return;
    this.port.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
  }
}

/** Plays what comes; `null` forgets what has not been played. */
class Earpiece extends AudioWorkletProcessor {
  #waiting: Int16Array[] = [];
  #left = 0;
  #at = 0;
  #waited = 0;
  #isPlaying = false;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ArrayBuffer | null>) => {
      if (event.data) this.#add(new Int16Array(event.data));
      else this.#forget();
    };
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const samples = output?.[0];
    if (!samples) return true;
    if (this.#left > 0 && !this.#isPlaying) {
      this.#waited += samples.length;
      this.#isPlaying = this.#waited >= CUSHION;
    }
    for (let index = 0; index < samples.length && this.#isPlaying; index++) samples[index] = this.#take();
    return true;
  }

  #add(pcm: Int16Array): void {
    if (this.#left > MOST_WAITING || pcm.length === 0) return;
    this.#waiting.push(pcm);
    this.#left += pcm.length;
  }

  #take(): number {
    const first = this.#waiting[0];
    if (!first) {
      this.#forget();
      return 0;
    }
    const sample = (first[this.#at++] ?? 0) / 32_768;
    this.#left--;
    if (this.#at === first.length) {
      this.#waiting.shift();
      this.#at = 0;
    }
    return sample;
  }

  #forget(): void {
    this.#waiting = [];
    this.#left = this.#at = this.#waited = 0;
    this.#isPlaying = false;
  }
}

/** A windowed sinc; `cutoff` in parts of the rate. */
function lowPass(length: number, cutoff: number): Float32Array {
  const middle = (length - 1) / 2;
  const taps = Float32Array.from({ length }, (_, index) => {
    const at = index - middle;
    const sinc = at === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * at) / (Math.PI * at);
    return sinc * (0.54 + 0.46 * Math.cos((Math.PI * at) / middle));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

registerProcessor("microphone", Microphone);
registerProcessor("earpiece", Earpiece);
