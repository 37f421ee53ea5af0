// Finding elements; a page may lack any part, so everything but the given root may be missing.

export function find<T extends HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function findAll<T extends HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** The element a delegated event concerns, if it lies within one that matches. */
export function target<T extends HTMLElement>(event: Event, selector: string): T | null {
  return event.target instanceof Element ? event.target.closest<T>(selector) : null;
}

/** Elements that make sense only with a script are hidden in the page until it runs. */
export function reveal(selector: string): void {
  for (const element of findAll(selector)) element.hidden = false;
}
