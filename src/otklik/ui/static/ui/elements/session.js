// The session of whoever opened this page, from <meta name="otk-session" content='{"agent", "look", "door"}'>. When it has ended a dialog
// with the log-in page comes over this one: nothing that was typed goes away, and what was pressed works again afterwards.
import { open } from "./floating.js";

const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const mine = JSON.parse(document.querySelector('meta[name="otk-session"]')?.content ?? "null");
const tell = (name) => document.body.dispatchEvent(new CustomEvent(`otk:${name}`, { bubbles: true }));

export const agent = mine?.agent ?? "";
export const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");

// Whose session it is now: "same", "other", "over", or "away" when nobody answers. For the same person the page's tokens are renewed.
export async function look() {
  const answer = await fetch(mine.look, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) return "over";
  if (!answer?.ok) return "away";
  const now = await answer.json();
  if (now.agent !== mine.agent) return "other";
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ ...token(), "X-CSRFToken": now.token }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = now.token;
  return "same";
}

// True once the same person is logged in; asks them to log in here if they are not.
export async function back() {
  const now = await look();
  if (now === "over") return ask();
  if (now === "other") location.reload();
  return now === "same";
}

// fetch for the desk: with the page's token, once more when another tab has logged in anew meanwhile. 401: the session is over.
export async function send(url, options = {}) {
  const go = () => fetch(url, { credentials: "same-origin", redirect: "error", ...options, body: typeof options.body === "function" ? options.body() : options.body, headers: { ...token(), "X-Requested-With": "fetch" } });
  let answer = await go();
  if (mine && answer.status === 403 && (await look()) === "same") answer = await go();
  if (mine && answer.status === 401) over();
  return answer;
}

// ── The door ──
let asking;
function ask() {
  asking ??= new Promise((resolve) => {
    const dialog = Object.assign(document.createElement("dialog"), { className: "door" });
    const frame = Object.assign(document.createElement("iframe"), { src: mine.door, title: words.door });
    const close = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: words.close });
    close.addEventListener("click", () => dialog.close());
    dialog.append(Object.assign(document.createElement("p"), { textContent: words.over }), frame, close);
    const heard = async (event) => {
      if (event.origin !== location.origin || event.source !== frame.contentWindow || event.data !== "otk:in") return;
      const isSame = (await look()) === "same";
      if (!isSame) location.reload();
      document.querySelector(".toast[data-over]")?.remove();
      resolve(isSame);
      dialog.close();
      tell("session");
    };
    addEventListener("message", heard);
    dialog.addEventListener("close", () => {
      removeEventListener("message", heard);
      dialog.remove();
      asking = undefined;
      resolve(false);
    });
    document.body.append(dialog);
    open(dialog);
  });
  return asking;
}

// Said beside what is being written, without taking the hands away.
function over() {
  const region = document.getElementById("toasts");
  if (asking || !region || region.querySelector("[data-over]")) return;
  const toast = Object.assign(document.createElement("p"), { className: "toast" });
  toast.dataset.over = "";
  const enter = Object.assign(document.createElement("button"), { type: "button", textContent: words.enter });
  enter.addEventListener("click", back);
  toast.append(Object.assign(document.createElement("span"), { textContent: words.over }), enter);
  region.append(toast);
}

if (mine) {
  // A live page is refused only when the session is over (or the sight of the case is lost).
  document.body.addEventListener("otk:shut", async () => (await look()) === "over" && over());

  // htmx: a stale token is renewed and the same is tried once more; a session that is over asks for the log-in.
  let submitter;
  const tried = new WeakSet();
  document.addEventListener("submit", (event) => (submitter = event.submitter), true);
  document.addEventListener("otk:refused", (event) => {
    const { status, element } = event.detail;
    if (![401, 403].includes(status) || tried.has(element)) return;
    event.preventDefault();
    if (status === 401 && !element.matches("form, a, button, input, select")) return over(); // a part renewed itself: nobody asked
    (status === 401 ? ask() : back()).then((isBack) => {
      if (!isBack || status === 401 || !element.matches("form")) return;
      tried.add(element);
      element.requestSubmit(element.contains(submitter) ? submitter : null);
      setTimeout(() => tried.delete(element), 5000);
    });
  });

  // A plain form with words in it leaves the page only when somebody will take it.
  const checked = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post") || !form.querySelector("textarea, input[type=text], input[type=email], input:not([type])")) return;
    if (checked.delete(form)) return;
    event.preventDefault();
    const { submitter: pressed } = event;
    const now = await look();
    if (now === "away") return void document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text: words.problem } }));
    if (now !== "same" && !(await back())) return;
    if (now === "over") return;
    checked.add(form);
    form.requestSubmit(pressed);
  });
}
