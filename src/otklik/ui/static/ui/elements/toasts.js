// Toasts leave by themselves, but not while they are read. Scripts and the server (HX-Trigger) say:
//   {"otk:toast": {"text": "Отмечено решённым", "undo": "/desk/cases/7/undo", "seconds": 10}}
import { after } from "./after.js";

const region = document.getElementById("toasts");
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);

function show({ text, undo, seconds = 8 }) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.dataset.for = undo ? Math.max(seconds, 10) : seconds;
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.undo });
    button.addEventListener("click", () => {
      toast.remove();
      after("[data-undone]");
      htmx.ajax("POST", undo, { source: document.body, target: document.body, swap: "none" });
    });
    toast.append(button);
  }
  region.append(toast);
}

function keepTime(toast) {
  let left = Number(toast.dataset.for) * 1000;
  const tick = setInterval(() => {
    if (document.hidden || toast.matches(":hover, :focus-within")) return;
    left -= 250;
    if (left > 0 && toast.isConnected) return;
    clearInterval(tick);
    toast.remove();
  }, 250);
}

// A form that led to a page that says so was taken: what elements/kept.js had kept of it goes.
const sent = sessionStorage.getItem("otk-kept-sent");
if (sent && document.querySelector("#toasts .toast, [data-taken]")) sessionStorage.removeItem(sent);
sessionStorage.removeItem("otk-kept-sent");

document.addEventListener("otk:toast", (event) => show(event.detail));
if (region) {
  region.querySelectorAll(".toast[data-for]").forEach(keepTime);
  const root = document.documentElement.style;
  new ResizeObserver(() => (region.childElementCount ? root.setProperty("--toasts", `${region.offsetHeight}px`) : root.removeProperty("--toasts"))).observe(region);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast[data-for]")) keepTime(node);
  }).observe(region, { childList: true });
}
