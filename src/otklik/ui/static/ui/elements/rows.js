// <otk-rows>the rows of a list, or what stands there while it is empty, and its pages</otk-rows>: they are asked for anew when
// the stream says that they have changed (otk:rows), or comes back after a break (otk:back). What stays the same stays: what is ticked,
// where the focus is, what stands at the top of the window. Nobody is disturbed while they press something in a row.
import { mark } from "./kinds.js";

const PAUSE = 300;
const AT_MOST_EVERY = 3000;

class Rows extends HTMLElement {
  connectedCallback() {
    this.asked = -AT_MOST_EVERY;
    this.hearing = () => this.soon();
    for (const name of ["otk:rows", "otk:back"]) document.body.addEventListener(name, this.hearing);
    document.addEventListener("visibilitychange", (this.seen = () => this.waits && !document.hidden && this.soon()));
  }
  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const name of ["otk:rows", "otk:back"]) document.body.removeEventListener(name, this.hearing);
    document.removeEventListener("visibilitychange", this.seen);
  }
  soon() {
    this.waits = true;
    if (document.hidden || this.timer) return;
    this.timer = setTimeout(() => this.renew(), Math.max(PAUSE, this.asked + AT_MOST_EVERY - performance.now()));
  }
  async renew() {
    this.waits = false;
    this.asked = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { "X-Requested-With": "otk-rows" } });
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && page.querySelector("otk-rows");
      if (fresh) await this.take(fresh);
    } catch {
      this.waits = true; // the line is gone: the stream says so, and comes back with otk:back
    }
    this.timer = undefined;
    if (this.waits && navigator.onLine) this.soon();
  }
  async take(fresh) {
    const ticked = new Set(this.boxes.filter((box) => box.checked).map((box) => box.value));
    const [top, was] = this.top();
    const place = this.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    await htmx.swap({ sourceElement: this, target: this, swap: "innerMorph", text: fresh.innerHTML });
    for (const box of this.boxes) box.checked = ticked.has(box.value);
    mark();
    if (place && !this.contains(document.activeElement)) at(this, place)?.focus({ preventScroll: true });
    if (top?.isConnected) scrollBy(top.getBoundingClientRect().top - was);
    document.dispatchEvent(new CustomEvent("otk:renewed"));
  }
  get boxes() {
    return [...this.querySelectorAll(".pick")];
  }
  // The first row that is seen, and how far below the edge of the window it stands.
  top() {
    for (const row of this.querySelectorAll("tbody tr, .rows > li")) {
      const { bottom, top } = row.getBoundingClientRect();
      if (bottom > 0) return [row, top];
    }
    return [];
  }
}
const rowOf = (one) => one.closest("tbody tr, .rows > li");
const stops = (row) => [...row.querySelectorAll("a[href], button, input")];
const placeOf = (one) => rowOf(one) && { key: rowOf(one).querySelector(".pick")?.id, nth: stops(rowOf(one)).indexOf(one) };
const at = (rows, { key, nth }) => key && stops(rowOf(rows.querySelector(`#${CSS.escape(key)}`) ?? rows) ?? rows)[nth];

function scrollBy(distance) {
  if (!distance) return;
  const main = document.getElementById("main");
  (main.scrollHeight > main.clientHeight && getComputedStyle(main).overflowY !== "visible" ? main : document.scrollingElement).scrollTop += distance;
}
customElements.define("otk-rows", Rows);
