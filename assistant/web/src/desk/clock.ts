// Clocks of waiting times, kept going by the server's time: this computer's may be wrong.

import { findAll } from "../dom";

const EVERY_MS = 10_000;
const words = document.body.dataset;
const ahead = Date.now() - Date.parse(words["now"] ?? new Date().toISOString());

export function startClocks(): void {
  window.setInterval(tick, EVERY_MS);
}

function tick(): void {
  for (const element of findAll("[data-since]")) {
    const span = Date.now() - ahead - Date.parse(element.dataset["since"] ?? "");
    const text = inWords(Math.floor(span / 60_000));
    if (element.textContent !== text) element.textContent = text;
  }
}

function inWords(minutes: number): string {
  if (minutes < 1) return words["justNow"] ?? "";
  const rest = String(minutes % 60);
  if (minutes < 60) return (words["minutes"] ?? "").replace("{minutes}", rest);
  return (words["hours"] ?? "").replace("{hours}", String(Math.floor(minutes / 60))).replace("{minutes}", rest);
}
