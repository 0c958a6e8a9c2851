// <form data-draft="URL">: what is written goes to URL (POST, without files) a second and a half after the last key, and when the page is left.
// Says so in the form's [data-draft-status]. Dispatches otk:draft {saved}. Sending the form stops it.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const timers = new WeakMap();
const dirty = new Set();

function body(form) {
  const data = new URLSearchParams();
  for (const [key, value] of new FormData(form)) if (typeof value === "string") data.append(key, value);
  return data;
}

async function save(form) {
  if (!form.isConnected) return dirty.delete(form);
  dirty.delete(form);
  let saved = false;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(form), credentials: "same-origin", redirect: "error" });
    saved = answer.ok;
  } catch {
    saved = false;
  }
  if (!saved) {
    dirty.add(form);
    later(form, 10_000);
  }
  const status = form.querySelector("[data-draft-status]");
  const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  if (status) status.textContent = saved ? words.saved.replace("{}", now) : words.unsaved;
  form.dispatchEvent(new CustomEvent("otk:draft", { bubbles: true, detail: { saved } }));
}

function later(form, delay) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => dirty.has(form) && save(form), delay));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  dirty.add(form);
  later(form, 1500);
});
document.addEventListener("submit", (event) => {
  dirty.delete(event.target);
  clearTimeout(timers.get(event.target));
});
addEventListener("pagehide", () => {
  for (const form of dirty) navigator.sendBeacon(form.dataset.draft, body(form));
});
