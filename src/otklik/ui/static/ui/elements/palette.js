// Ctrl K opens <dialog class="palette" id="palette">; arrows move over its [role=option] rows, Enter follows one.
// What the page itself can do stands first, in [data-here]: every element with data-key or data-command, by its own words.
import { open } from "./floating.js";

const palette = () => document.getElementById("palette");
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю";
const other = (text) => [...text].map((letter) => LATIN[CYRILLIC.indexOf(letter)] ?? CYRILLIC[LATIN.indexOf(letter)] ?? letter).join("");

document.addEventListener("keydown", (event) => {
  const dialog = palette();
  if (!dialog) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") {
    event.preventDefault();
    if (dialog.open) return dialog.close();
    open(dialog);
    dialog.querySelector("input")?.select();
  } else if (dialog.open && dialog.contains(event.target)) {
    move(dialog, event);
  }
});

function move(dialog, event) {
  const options = [...dialog.querySelectorAll('[role="option"]')];
  const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && here >= 0) {
    event.preventDefault();
    options[here].click();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && options.length) {
    event.preventDefault();
    const next = (here + (event.key === "ArrowDown" ? 1 : here < 0 ? 0 : -1) + options.length) % options.length;
    choose(dialog, options, next);
  }
}

function choose(dialog, options, next) {
  options.forEach((option, index) => {
    option.id ||= `palette-${index}`;
    option.setAttribute("aria-selected", String(index === next));
  });
  options[next].scrollIntoView({ block: "nearest" });
  dialog.querySelector("input")?.setAttribute("aria-activedescendant", options[next].id);
}

// ── What this page can do ──
const nameOf = (element) => {
  const copy = element.cloneNode(true);
  for (const quiet of copy.querySelectorAll("kbd, svg")) quiet.remove();
  return (element.dataset.command || element.getAttribute("aria-label") || copy.textContent || element.labels?.[0]?.textContent || "").trim();
};

function offer(dialog) {
  const group = dialog.querySelector("[data-here]");
  if (!group) return;
  const typed = dialog.querySelector("input").value.trim().toLowerCase();
  const known = new Map([...document.querySelectorAll("main [data-key], main [data-command]")].filter((one) => !one.disabled && !one.closest("[hidden]:not(form)")).map((one) => [nameOf(one), one]));
  const fitting = [...known].filter(([name]) => name && [typed, other(typed)].some((part) => name.toLowerCase().includes(part)));
  group.hidden = !fitting.length;
  group.querySelectorAll('[role="option"]').forEach((old) => old.remove());
  for (const [name, element] of fitting) group.append(row(dialog, name, element));
}

function row(dialog, name, element) {
  const option = Object.assign(document.createElement("a"), { role: "option", ariaSelected: "false", tabIndex: -1, href: "#" });
  const icon = element.querySelector("svg.icon")?.cloneNode(true);
  const key = element.dataset.key?.replace(/^Key/, "").replace("BracketRight", "]").replace("BracketLeft", "[");
  option.append(icon ?? "", name, key ? Object.assign(document.createElement("kbd"), { textContent: key }) : "");
  option.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    dialog.close();
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  });
  return option;
}

palette()?.addEventListener("focusin", (event) => event.target.matches("input") && offer(palette()));
palette()?.addEventListener("input", () => offer(palette()));
