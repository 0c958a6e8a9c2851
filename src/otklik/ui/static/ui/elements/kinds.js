// What pages of the six kinds do by themselves (templates in ui/kinds): say that the line is gone where no stream says it, and
// become a skeleton of their own size while the next view of them is slow. elements/keys.js walks the rows that are marked here.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const main = document.getElementById("main");
const SLOW = 400;
const ENOUGH = 10_000;

// ── The line ──
function line() {
  if (document.querySelector('otk-live[src]:not([src=""])')) return;
  const said = document.getElementById("line");
  if (navigator.onLine || said) return void (navigator.onLine && said?.remove());
  const sign = Object.assign(document.createElement("span"), { id: "line", className: "live", role: "status" });
  sign.dataset.state = "off";
  main.querySelector(".bar h1")?.after(sign);
  sign.textContent = words.lost;
}
for (const name of ["offline", "online"]) addEventListener(name, line);
line();

// ── Waiting ── only for other words at the same address; a page that stays (a file was loaded) comes back by itself.
let slow;
let enough;
function wait() {
  rest();
  slow = setTimeout(() => main.setAttribute("aria-busy", "true"), SLOW);
  enough = setTimeout(rest, ENOUGH);
}
function rest() {
  clearTimeout(slow);
  clearTimeout(enough);
  main.removeAttribute("aria-busy");
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("#main a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
  if (link.origin === location.origin && link.pathname === location.pathname && link.search !== location.search) wait();
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.matches('#main form[role="search"]')) wait();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && rest());
addEventListener("pagehide", rest);

// ── Keys ── a row is entered by its first link or button; F goes to the first filter
export function mark() {
  for (const row of main.querySelectorAll(".board :is(tbody tr, .rows > li)"))
    (row.querySelector("a.grow, :is(th, .grow, td) a[href], .btn, button") ?? row.querySelector(".pick"))?.setAttribute("data-stop", "");
}
mark();
main.querySelector('.filters :is(input:not([type="hidden"]), select)')?.setAttribute("data-key", "KeyF");
