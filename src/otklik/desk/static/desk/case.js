// The case page: newest words in sight, reply or note, who else is here, and what others do appears by itself.
import { open } from "../ui/elements/floating.js";
import { send, token } from "../ui/elements/session.js";

const talk = document.getElementById("talk");
const thread = document.getElementById("thread");
const looking = document.getElementById("looking");
const editors = document.getElementById("editor");

if (thread && !location.hash && !document.activeElement.closest(".thread")) thread.scrollTop = thread.scrollHeight;

// A draft is gone on with at its end.
for (const area of editors.querySelectorAll("textarea")) area.setSelectionRange(area.value.length, area.value.length);

// A long letter is unfolded for good while the page is open, also when its part is drawn anew.
document.addEventListener("click", (event) => {
  const folded = event.target.closest("[data-unfold]")?.previousElementSibling;
  if (!folded) return;
  folded.closest("article").dataset.unfolded = "";
  folded.focus({ preventScroll: true });
});

// Reply or note
function write(mode, { focus = true } = {}) {
  for (const form of editors.querySelectorAll("form.editor")) form.hidden = form.dataset.kind !== mode;
  if (focus) editors.querySelector(`form[data-kind="${mode}"] textarea`).focus();
}
document.addEventListener("click", (event) => {
  const mode = event.target.closest("[data-mode]")?.dataset.mode;
  if (mode) {
    event.preventDefault();
    write(mode);
  }
  const macro = event.target.closest("[data-macro]");
  if (macro) {
    event.preventDefault();
    macro.closest("form").elements.macro.value = macro.dataset.macro;
    document.getElementById("macros").hidePopover();
  }
});

// What stands on this page goes with every deed: nothing is done over a word that came later.
const onPage = (name) => editors.querySelector(`#news [data-seen] [name="${name}"]`)?.value ?? "";
const seen = () => new URLSearchParams({ seen: onPage("seen"), word: onPage("word") });
function letDialogsSee() {
  for (const field of document.querySelectorAll("#dialogs [data-seen] input")) field.value = Math.max(field.value, onPage(field.name));
}

// The dialogs of the moves come when the first is wanted; without scripts the same link opens the page with its dialog.
document.addEventListener(
  "click",
  (event) => {
    const opener = event.target.closest('a[data-open][href^="?do="]');
    if (!opener || document.getElementById(opener.dataset.open)) return;
    event.preventDefault();
    event.stopPropagation();
    const place = document.getElementById("dialogs");
    htmx.ajax("GET", `${place.dataset.from}?${seen()}`, { source: place, target: place, swap: "innerHTML" }).then(() => {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog) open(dialog);
    });
  },
  true,
);

// The list one came from: the next case and the one before it; Ctrl Shift Enter sends and goes on.
const fromList = JSON.parse(sessionStorage.getItem("otk-list") ?? "[]");
const at = fromList.indexOf(talk?.dataset.number);
const [onward, backward] = [document.querySelector("[data-onward]"), document.querySelector("[data-backward]")];
if (at >= 0) onward.search = `?list=${fromList.slice(at + 1).join()}`;
for (const field of document.querySelectorAll("[data-rest]")) field.value = fromList.slice(at + 1).join();
if (at > 0) Object.assign(backward, { hidden: false, href: `../${fromList[at - 1]}/` });
editors.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  editors.querySelector("form:not([hidden])").requestSubmit(editors.querySelector("form:not([hidden]) [data-next]"));
}, true);

// A refused letter: the focus goes to the words that say why (see answers.js); the text and files stay where they are.

// What an answer promises in its words is offered beside them as soon as they are kept; Alt O takes it.
const promised = editors.querySelector("[data-promised]");
const takes = promised.querySelector("input");
editors.addEventListener("otk:draft", ({ target, detail: { told } }) => {
  if (!told || !target.contains(promised)) return;
  promised.querySelector("[data-promised-words]").textContent = told.promise;
  promised.hidden = !told.promise;
  if (!told.promise) takes.checked = false;
});
editors.addEventListener("keydown", (event) => {
  if (event.code !== "KeyO" || !event.altKey || event.ctrlKey || event.metaKey || promised.hidden) return;
  event.preventDefault();
  takes.checked = !takes.checked;
});

// Who else looks or types
let typing = "0";
let typed = 0;
async function here(extra = {}) {
  const body = () => new URLSearchParams({ typing, ...extra });
  const answer = await send(talk.dataset.presence, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const { words } = await answer.json();
  looking.textContent = words;
  looking.hidden = !words;
}
if (talk) {
  here();
  setInterval(() => {
    if (document.hidden) return;
    if (typing === "1" && Date.now() - typed > 15_000) typing = "0";
    here();
  }, 20_000);
  editors.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    typed = Date.now();
    if (typing === "1") return;
    typing = "1";
    here();
  });
  addEventListener("pagehide", () => {
    const form = new FormData();
    form.append("gone", "1");
    form.append("csrfmiddlewaretoken", token()["X-CSRFToken"]);
    navigator.sendBeacon(talk.dataset.presence, form);
  });
}

// What others do
let waiting;
function refresh() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const url = new URL(talk.dataset.fresh, location.href);
    url.search = seen();
    if (new URLSearchParams(location.search).has("all")) url.searchParams.set("all", "1");
    htmx.ajax("GET", url.pathname + url.search, { source: talk, target: talk, swap: "none" }).then(() => {
      letDialogsSee();
      if (atEnd) thread.scrollTop = thread.scrollHeight;
    });
  }, 300);
}
document.body.addEventListener("otk:case", refresh);
document.body.addEventListener("otk:back", refresh);
document.body.addEventListener("otk:looking", () => here());

// @mentions in a note
const area = document.querySelector("[data-mentions]");
const list = document.getElementById("mentions");
const options = () => [...list.querySelectorAll('[role="option"]')].filter((option) => !option.hidden);
function wanted() {
  return area.value.slice(0, area.selectionStart).match(/(?:^|\s)@([^\s@]*)$/)?.[1];
}
function offer() {
  const part = wanted()?.toLowerCase();
  for (const option of list.querySelectorAll('[role="option"]')) {
    option.hidden = part === undefined || !option.dataset.whole.toLowerCase().split(" ").some((word) => word.startsWith(part));
    option.setAttribute("aria-selected", "false");
  }
  const shown = options();
  mark(shown, 0);
  if (shown.length) list.showPopover();
  else if (list.matches(":popover-open")) list.hidePopover();
}
function mark(shown, chosen) {
  shown.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
  shown[chosen]?.scrollIntoView({ block: "nearest" });
  for (const place of [area, list]) place.setAttribute("aria-activedescendant", shown[chosen]?.id ?? "");
}
function take(option) {
  const part = wanted() ?? "";
  area.focus();
  area.setSelectionRange(area.selectionStart - part.length, area.selectionStart);
  if (!document.execCommand("insertText", false, `${option.dataset.name} `)) area.setRangeText(`${option.dataset.name} `);
  if (list.matches(":popover-open")) list.hidePopover();
}
if (area) {
  area.addEventListener("input", offer);
  for (const place of [area, list]) place.addEventListener("blur", () => setTimeout(() => list.matches(":popover-open") && ![area, list].includes(document.activeElement) && list.hidePopover(), 150));
  const key = (event) => {
    if (!list.matches(":popover-open")) return;
    const shown = options();
    const chosen = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const next = (chosen + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length;
      mark(shown, next);
    } else if ((event.key === "Enter" || (event.key === "Tab" && event.target === area)) && !event.ctrlKey && shown[chosen]) {
      event.preventDefault();
      take(shown[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      area.focus();
      list.hidePopover();
    }
  };
  for (const place of [area, list]) place.addEventListener("keydown", key);
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}
