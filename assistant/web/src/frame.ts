// Inside the widget's frame: Escape asks the page around to close it. The message carries nothing worth hiding.

export function setUpFrame(): void {
  if (window.parent === window || !document.body.classList.contains("view--widget")) return;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") window.parent.postMessage("roland:close", "*");
  });
}
