// Keys of the staff. Physical keys, so that they are the same on every layout. What a key does is written where it is done:
// data-key="KeyS" on a link or button (pressed), or on a field (entered). J and K walk; Esc leaves a field; / searches; ? tells.
import { open } from "./floating.js";

const writes = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const stops = () => [...document.querySelectorAll(".item .what a, .thread > .letter, .thread > .note, .thread > .machine > summary, [data-stop]")];

function walk(step) {
  const all = stops();
  const here = all.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  if (!next.matches("a, summary")) next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// What was done last: the newest toast that can take it back, else the newest letter that has not left.
const undo = () => (document.querySelector(".toasts .toast:last-child button:not([data-close])") ?? [...document.querySelectorAll(".thread form[action$='take-back'] button")].at(-1))?.click();

const ACTS = {
  KeyJ: () => walk(1),
  KeyK: () => walk(-1),
  KeyX: () => document.activeElement.closest(".item, #rows :is(tr, li)")?.querySelector("input[type=checkbox]")?.click(),
  KeyZ: undo,
};

function pressed(code) {
  const all = [...document.querySelectorAll(`[data-key="${code}"]`)].filter((one) => !one.closest("[hidden]:not(form)"));
  const one = all.find((element) => element.checkVisibility()) ?? all[0];
  if (!one) return false;
  if (writes(one)) one.focus();
  else one.click();
  return true;
}

// Esc in a field goes back to what is read: the letters of the case, the row of the list.
function leave(field) {
  const place = field.closest(".talk") ? [...document.querySelectorAll(".thread > .letter, .thread > .note")].at(-1) : document.getElementById("main");
  field.blur();
  if (!place) return;
  place.tabIndex = -1;
  place.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest("dialog[open]")) return;
  const field = writes(event.target);
  if (event.key === "Escape" && field && !document.querySelector(":popover-open")) return leave(field);
  if (field) return;
  const isHelp = event.key === "?" || (event.code === "Slash" && event.shiftKey);
  const isSearch = event.key === "/" || event.code === "Slash";
  const dialog = document.getElementById(isHelp ? "keys" : isSearch ? "palette" : "");
  if (dialog) open(dialog);
  else if (event.shiftKey) return;
  else if (event.code in ACTS) ACTS[event.code]();
  else if (!pressed(event.code)) return;
  event.preventDefault();
});

// What the keys of a case call the list: the rows of the last one that was shown.
const shown = [...document.querySelectorAll(".list .item[id^='case-']")].map((row) => row.id.slice(5));
if (shown.length) sessionStorage.setItem("otk-list", JSON.stringify(shown));
