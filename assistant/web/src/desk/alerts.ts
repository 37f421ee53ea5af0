// Notices outside of the window: only for who wants them, and never with anything out of a conversation.

import { find } from "../dom";

const KEY = "roland.desk.alerts";
const SOUND = "roland.desk.sound";
const BEEP_HZ = 660;
const BEEP_S = 0.15;

export function setUpAlerts(): void {
  const wish = find<HTMLInputElement>("[data-alerts]");
  const sound = find<HTMLInputElement>("[data-sound]");
  if (!wish || !sound) return;
  wish.checked = isOn(KEY) && "Notification" in window && Notification.permission === "granted";
  sound.checked = isOn(SOUND);
  wish.addEventListener("change", () => void decide(wish));
  sound.addEventListener("change", () => localStorage.setItem(SOUND, sound.checked ? "on" : "off"));
}

/** Tells of something, where it is wished and nobody is looking. */
export function alertOf(what: "message" | "queue"): void {
  const floor = find("[data-floor]")?.dataset;
  const text = what === "message" ? floor?.["alertMessage"] : floor?.["alertQueue"];
  if (isOn(SOUND)) beep();
  if (document.hidden && isOn(KEY) && "Notification" in window && Notification.permission === "granted") {
    new Notification(text ?? "", { tag: `roland-${what}` });
  }
}

async function decide(wish: HTMLInputElement): Promise<void> {
  const isAllowed = wish.checked && "Notification" in window && (await Notification.requestPermission()) === "granted";
  const said = find("[data-alerts-said]");
  if (said) {
    said.hidden = !wish.checked || isAllowed;
    said.textContent = wish.dataset["refused"] ?? "";
  }
  wish.checked = isAllowed;
  localStorage.setItem(KEY, isAllowed ? "on" : "off");
}

function isOn(key: string): boolean {
  return localStorage.getItem(key) === "on";
}

function beep(): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.1;
  tone.frequency.value = BEEP_HZ;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + BEEP_S);
  tone.addEventListener("ended", () => void context.close());
}
