// <form data-draft="URL" data-draft-was="…"> with a field "text": what is written goes to URL a second and a half after the last key and when
// the page is left, and until that has worked it is kept in this browser. [data-draft-status] says so. `was` is the version this page knows:
// when another tab has saved another one, [data-draft-problem] asks which shall stand. Dispatches otk:draft {saved, told}: what the
// server said of what it has kept.
import { agent, send } from "./session.js";

const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const timers = new WeakMap();
const dirty = new Set();
const shelf = (form) => `otk-draft:${agent}:${form.dataset.draft}`;
const textOf = (form) => form.elements.text;

// ── In this browser ──
function keep(form, more = {}) {
  try {
    localStorage.setItem(shelf(form), JSON.stringify({ text: textOf(form).value, was: form.dataset.draftWas ?? "", ...more }));
  } catch {
    // full or forbidden: the server's copy remains
  }
}
const forget = (form) => localStorage.removeItem(shelf(form));

function restore(form) {
  const kept = JSON.parse(localStorage.getItem(shelf(form)) ?? "null");
  const area = textOf(form);
  if (!kept || kept.text === area.value || (kept.isSent && !area.value)) return forget(form);
  const theirs = { text: area.value, was: form.dataset.draftWas ?? "" };
  write(form, kept.text);
  if (kept.was === theirs.was) changed(form, 100);
  else differ(form, theirs);
}

function write(form, text) {
  const area = textOf(form);
  area.value = text;
  area.setSelectionRange(text.length, text.length);
  area.dispatchEvent(new CustomEvent("otk:written", { bubbles: true }));
}

// ── On the server ──
function body(form) {
  const data = new URLSearchParams({ was: form.dataset.draftWas ?? "" });
  for (const [key, value] of new FormData(form)) if (typeof value === "string") data.append(key, value);
  return data;
}

async function save(form) {
  if (!form.isConnected) return dirty.delete(form);
  dirty.delete(form);
  const answer = await send(form.dataset.draft, { method: "POST", body: () => body(form) }).catch(() => null);
  const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  let told;
  if (answer?.ok) {
    told = await answer.json();
    form.dataset.draftWas = told.was;
    dirty.has(form) ? keep(form) : forget(form);
  } else if (answer?.status === 409) differ(form, await answer.json());
  else {
    dirty.add(form);
    later(form, 10_000);
  }
  const status = form.querySelector("[data-draft-status]");
  if (status) status.textContent = answer?.ok ? words.saved.replace("{}", now) : answer?.status === 409 ? "" : words.unsaved;
  form.dispatchEvent(new CustomEvent("otk:draft", { bubbles: true, detail: { saved: Boolean(answer?.ok), told } }));
}

function later(form, delay) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => dirty.has(form) && !form.dataset.differs && save(form), delay));
}

function changed(form, delay = 1500) {
  keep(form);
  dirty.add(form);
  later(form, delay);
}

// ── Another tab has saved other words ──
function differ(form, theirs) {
  const place = form.querySelector("[data-draft-problem]");
  if (!place) return;
  form.dataset.differs = "1";
  const choose = (text, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: text });
    button.addEventListener("click", () => {
      form.dataset.draftWas = theirs.was;
      delete form.dataset.differs;
      place.replaceChildren();
      act();
      textOf(form).dispatchEvent(new CustomEvent("otk:enter", { bubbles: true }));
    });
    return button;
  };
  const box = Object.assign(document.createElement("div"), { className: "banner", role: "alert" });
  box.dataset.tone = "risk";
  const said = document.createElement("div");
  said.append(
    Object.assign(document.createElement("b"), { textContent: words.elsewhere }),
    Object.assign(document.createElement("p"), { className: "sm cut", textContent: theirs.text || words.empty }),
  );
  const theirs_ = choose(words.theirs, () => {
    write(form, theirs.text);
    dirty.delete(form);
    forget(form);
  });
  box.append(said, choose(words.mine, () => changed(form, 0)), theirs_);
  place.replaceChildren(box);
}

for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft) changed(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.draft) return;
  clearTimeout(timers.get(event.target));
  if (dirty.delete(event.target) || localStorage.getItem(shelf(event.target))) keep(event.target, { isSent: true });
});
// It was not sent after all.
for (const name of ["htmx:response:error", "htmx:error"])
  document.addEventListener(name, (event) => {
    const form = event.detail.ctx?.sourceElement?.closest?.("form[data-draft]");
    if (form) changed(form, 3000);
  });
document.body.addEventListener("otk:session", () => [...dirty].forEach((form) => later(form, 0)));
addEventListener("pagehide", () => {
  for (const form of dirty) if (!form.dataset.differs) navigator.sendBeacon(form.dataset.draft, body(form));
});
