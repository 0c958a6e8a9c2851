// Keys of the desk: J and K walk the lines or letters, R answers, N notes, U goes back, C opens a new case, / searches, ? tells.
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
const stops = () => [...document.querySelectorAll(".item .what a, .thread > .letter, .thread > .note")];

function walk(step) {
  const all = stops();
  const here = all.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  if (!next.matches("a")) next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const ACTS = {
  KeyJ: () => walk(1),
  KeyK: () => walk(-1),
  KeyX: () => document.activeElement.closest(".item")?.querySelector("input[type=checkbox]")?.click(),
  KeyR: () => document.querySelector('[data-mode="reply"]')?.click(),
  KeyN: () => document.querySelector('[data-mode="note"]')?.click(),
  KeyU: () => document.querySelector("[data-back]")?.click(),
  KeyC: () => document.querySelector("[data-new]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = ACTS[event.code];
  if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key === "/" && !event.shiftKey) document.getElementById("palette")?.showModal();
  else if (act && !event.shiftKey) act();
  else return;
  event.preventDefault();
});
