// What this tab keeps over a reload: drafts, what is attached, what could not be sent yet. Signing out forgets it.

const PREFIX = "roland.desk.";

export function recall<T>(name: string, fallback: T): T {
  const text = sessionStorage.getItem(PREFIX + name);
  return text === null ? fallback : (JSON.parse(text) as T);
}

export function keep(name: string, value: unknown): void {
  const isEmpty = value === "" || (Array.isArray(value) && value.length === 0);
  if (isEmpty) sessionStorage.removeItem(PREFIX + name);
  else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
}

/** Forgets what belongs to chats that are not here any more; with no chats given, everything. */
export function forget(chats: string[] = []): void {
  for (const name of Object.keys(sessionStorage)) {
    const isOurs = name.startsWith(PREFIX);
    if (isOurs && !chats.some((chat) => name.includes(chat))) sessionStorage.removeItem(name);
  }
}
