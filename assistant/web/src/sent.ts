// The message on its way, remembered over a reload: who leaves the page at that moment must not lose it.

import { view } from "./api";

const KEPT_MS = 60_000; // what is older was given up, or belongs to another day

export interface Sent {
  action: string;
  fields: URLSearchParams;
  shown: string;
}

export function remember({ action, fields, shown }: Sent): void {
  sessionStorage.setItem(key(), JSON.stringify({ action, fields: fields.toString(), shown, at: Date.now() }));
}

export function forget(): void {
  sessionStorage.removeItem(key());
}

/** What was on its way when the page was left. The server takes it once, however often it comes. */
export function recall(): Sent | null {
  const kept = sessionStorage.getItem(key());
  forget();
  if (kept === null) return null;
  const { action, fields, shown, at } = JSON.parse(kept) as Omit<Sent, "fields"> & { fields: string; at: number };
  return Date.now() - at < KEPT_MS ? { action, fields: new URLSearchParams(fields), shown } : null;
}

function key(): string {
  return `roland.sent.${view()}`;
}
