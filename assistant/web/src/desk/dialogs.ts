// Links and buttons that open a dialog; without a script the links lead to pages with the same forms.

import { find, target } from "../dom";

export function setUpDialogs(): void {
  document.addEventListener("click", (event) => {
    const opener = target(event, "[data-open]");
    if (opener && openDialog(opener.dataset["open"] ?? "")) event.preventDefault();
    const cancel = target(event, "dialog [data-cancel]");
    if (cancel) {
      event.preventDefault();
      cancel.closest("dialog")?.close();
    }
  });
}

export function openDialog(id: string): boolean {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (!dialog.open) dialog.showModal();
  find("textarea, input[type=search]", dialog)?.focus();
  return true;
}
