// The rail. A form with data-fold folds it at once and keeps that in the cookie that the server reads; without scripts
// the same form posts. Esc puts away what a section shows beside the rail. A section leads to the page of it where this
// person was last, as long as it is still among its pages. What is pinned is the address that the browser shows, called as its page says, with what narrows it;
// Alt with an arrow moves a pin.
const rail = document.getElementById("nav");

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-fold]")) return;
  event.preventDefault();
  const shell = rail.closest(".shell");
  const isFolded = shell.dataset.nav !== "rail";
  if (isFolded) shell.dataset.nav = "rail";
  else delete shell.dataset.nav;
  event.target.querySelector("button").ariaPressed = String(isFolded);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `otk_folded=${Number(isFolded)}; Path=/desk/; Max-Age=31536000; SameSite=Lax${secure}`;
});

const agent = JSON.parse(document.querySelector('meta[name="otk-session"]')?.content ?? "{}").agent;
try {
  for (const section of rail?.querySelectorAll("[data-section]") ?? []) {
    const place = `otk:last:${agent}:${section.dataset.section}`;
    const here = section.querySelector('.within [aria-current="page"]');
    if (here) localStorage.setItem(place, here.getAttribute("href"));
    const last = localStorage.getItem(place);
    if ([...section.querySelectorAll(".within a")].some((one) => one.getAttribute("href") === last)) section.querySelector("a").href = last;
  }
} catch (refused) {
  if (!(refused instanceof DOMException)) throw refused; // a browser may keep nothing: every section leads to its first page
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const section of document.querySelectorAll(".rail .section:is(:hover, :focus-within)")) {
    const within = section.querySelector(".within");
    if (!within || getComputedStyle(within).position !== "fixed") continue;
    if (within.contains(document.activeElement)) section.querySelector("a").focus();
    section.dataset.quiet = "";
  }
});
for (const left of ["pointerout", "focusout"]) {
  rail?.addEventListener(left, (event) => {
    const section = event.target.closest("[data-quiet]");
    if (section && !section.contains(event.relatedTarget)) delete section.dataset.quiet;
  });
}

document.addEventListener("submit", (event) => {
  const name = event.target.querySelector("[data-heading]");
  if (!name) return;
  const heading = document.querySelector("main h1")?.textContent.trim() ?? "";
  const said = (chip) => [...chip.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.textContent.trim()).join("");
  const narrowed = [...document.querySelectorAll("main .chip")].map(said).join(", ");
  name.value = [heading, narrowed].filter(Boolean).join(": ");
  if (!event.target.querySelector('[aria-pressed="true"]')) event.target.elements.address.value = location.pathname + location.search; // columns are chosen in the address
}, true);

const STEPS = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
document.addEventListener("keydown", async (event) => {
  const pin = event.altKey && event.key in STEPS && event.target.closest(".pins [data-at]");
  const other = pin && pin.parentElement[STEPS[event.key]]?.querySelector("[data-at]");
  if (!pin) return;
  event.preventDefault();
  if (!other) return;
  const values = { address: pin.getAttribute("href"), to: other.dataset.at };
  await htmx.ajax("POST", pin.closest("[data-move]").dataset.move, { source: pin, values, swap: "none" });
  document.getElementById(pin.id)?.focus();
});
