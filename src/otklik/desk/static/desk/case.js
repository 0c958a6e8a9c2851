// The case page: newest words in sight, reply or note, who else is here, and what others do appears by itself.
const talk = document.getElementById("talk");
const thread = document.getElementById("thread");
const looking = document.getElementById("looking");
const editors = document.getElementById("editor");
const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");

if (thread && !location.hash) thread.scrollTop = thread.scrollHeight;

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

// The dialogs of the moves come when the first is wanted; without scripts the same link opens the page with its dialog.
document.addEventListener(
  "click",
  (event) => {
    const opener = event.target.closest('a[data-open][href^="?do="]');
    if (!opener || document.getElementById(opener.dataset.open)) return;
    event.preventDefault();
    event.stopPropagation();
    const place = document.getElementById("dialogs");
    htmx.ajax("GET", place.dataset.from, { source: place, target: place, swap: "innerHTML" }).then(() => document.getElementById(opener.dataset.open)?.showModal());
  },
  true,
);

// A refused letter: the focus goes to the words that say why (see answers.js); the text and files stay where they are.

// Who else looks or types
let typing = "0";
let typed = 0;
async function here(extra = {}) {
  const body = new URLSearchParams({ typing, ...extra });
  const answer = await fetch(talk.dataset.presence, { method: "POST", body, headers: token, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
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
    form.append("csrfmiddlewaretoken", token["X-CSRFToken"]);
    navigator.sendBeacon(talk.dataset.presence, form);
  });
}

// What others do
let waiting;
function refresh() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const seen = editors.querySelector('#news input[name="seen"]')?.value ?? "";
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const url = new URL(talk.dataset.fresh, location.href);
    url.searchParams.set("seen", seen);
    if (new URLSearchParams(location.search).has("all")) url.searchParams.set("all", "1");
    htmx.ajax("GET", url.pathname + url.search, { source: talk, target: talk, swap: "none" }).then(() => {
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
  shown[0]?.setAttribute("aria-selected", "true");
  if (shown.length) list.showPopover();
  else if (list.matches(":popover-open")) list.hidePopover();
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
  area.addEventListener("blur", () => setTimeout(() => list.matches(":popover-open") && list.hidePopover(), 150));
  area.addEventListener("keydown", (event) => {
    if (!list.matches(":popover-open")) return;
    const shown = options();
    const chosen = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const next = (chosen + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length;
      shown.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
    } else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && shown[chosen]) {
      event.preventDefault();
      take(shown[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      list.hidePopover();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}
