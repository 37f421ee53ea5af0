// What happens, from the server: one stream for the queue and all chats. It resumes where it was cut off.

import { isSignedIn } from "./http";

const AGAIN_MS = 3000;

export interface Listeners {
  seen(): string;
  isOpen(): void;
  isLost(): void;
  on: Record<string, (data: never) => void>;
}

export function listen(listeners: Listeners): void {
  let mark = listeners.seen();

  const open = (): void => {
    const source = new EventSource(`/desk/events?seen=${encodeURIComponent(mark)}`);
    source.addEventListener("open", () => listeners.isOpen());
    source.addEventListener("error", () => {
      listeners.isLost();
      // The browser comes back by itself, except where the server answered with an error.
      if (source.readyState === EventSource.CLOSED) void again();
    });
    for (const [name, tell] of Object.entries(listeners.on)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        mark = event.lastEventId || mark;
        tell(JSON.parse(event.data) as never);
      });
    }
    window.addEventListener("pagehide", () => source.close(), { once: true });
  };

  const again = async (): Promise<void> => {
    if (!(await isSignedIn())) window.location.reload();
    else window.setTimeout(open, AGAIN_MS);
  };

  open();
}
