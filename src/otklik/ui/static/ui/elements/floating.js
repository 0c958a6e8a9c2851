// Dialogs and menus: openers, closers, Ctrl Enter and the arrow keys. Opening a menu needs no script (popovertarget).
const FIELD = "input:not([type=hidden]), select, textarea, [contenteditable]";

// A dialog opens on what is wrong in it, else on its first field.
export function open(dialog) {
  if (!dialog.matches(":modal")) {
    dialog.close();
    dialog.showModal();
  }
  const wrong = dialog.querySelector('[data-focus], [aria-invalid="true"]');
  const first = [...dialog.querySelectorAll(FIELD)].find((field) => !field.disabled && field.checkVisibility());
  (wrong ?? dialog.querySelector(":checked[type=radio]") ?? first)?.focus();
}
for (const shown of document.querySelectorAll("dialog[open]")) open(shown);

// The form of a button goes to the button's own address, its answer into a frame; the form itself stays as it is.
function post(button) {
  const { form } = button;
  const before = ["action", "target"].map((name) => [name, form.getAttribute(name)]);
  form.setAttribute("action", button.formAction);
  form.setAttribute("target", button.dataset.into);
  HTMLFormElement.prototype.submit.call(form);
  for (const [name, value] of before) {
    if (value === null) form.removeAttribute(name);
    else form.setAttribute(name, value);
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog) {
    event.preventDefault();
    if (opener.dataset.into) post(opener);
    open(dialog);
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

// Ctrl Enter sends a dialog and a form of an editor (data-kept) from any of their fields, any other form from its text.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  const dialog = event.target.closest("dialog");
  const form = event.target.form ?? dialog?.querySelector("form");
  if (form?.method !== "post" || !(dialog || event.target.matches("textarea") || form.matches("[data-kept]"))) return;
  event.preventDefault();
  form.requestSubmit((event.target.closest(".menu") ?? form).querySelector("button.primary:not([type=button])"));
});

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
document.addEventListener("keydown", (event) => {
  if (!(event.key in STEPS) || event.target.matches("input, select, textarea")) return;
  const menu = event.target.closest(".menu") ?? openMenuOf(event.target);
  if (!menu) return;
  event.preventDefault();
  const rows = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const here = rows.indexOf(document.activeElement);
  const step = STEPS[event.key];
  const next = Number.isFinite(step) ? (here < 0 && step < 0 ? -1 : here + step) : step < 0 ? 0 : -1;
  rows.at(next % rows.length)?.focus();
});

function openMenuOf(button) {
  const id = button.getAttribute?.("popovertarget");
  const menu = id && document.getElementById(id);
  return menu?.matches(".menu:popover-open") ? menu : null;
}
