// Dialogs and menus: openers, closers and the arrow keys. Opening a menu needs no script (popovertarget).
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
document.addEventListener("keydown", (event) => {
  if (!(event.key in STEPS)) return;
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
