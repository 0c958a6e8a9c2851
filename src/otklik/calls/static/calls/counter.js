// <otk-counter data-start="/counter/…/" data-seconds="90">: a page at a counter that clears itself. The rest of the time is shown, any touch
// or key begins it anew, and nothing is kept on the device: the page leaves the history, too (WCAG 2.2.1: as often as somebody wishes).
// data-look="/counter/…/…/": what is asked every two seconds, for who comes.
const EVERY = 2000;

class Counter extends HTMLElement {
  connectedCallback() {
    this.left = this.querySelector("b");
    this.meter = this.querySelector("progress");
    this.querySelector("[data-more]").addEventListener("click", () => this.begin());
    this.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => this.begin(), { passive: true });
    addEventListener("pageshow", (event) => event.persisted && this.clear());
    this.hidden = false;
    this.begin();
    this.tick = setInterval(() => this.count(), 250);
    if (this.dataset.look) this.look = setInterval(() => this.ask(), EVERY);
  }
  disconnectedCallback() {
    clearInterval(this.tick);
    clearInterval(this.look);
  }
  begin() {
    this.until = performance.now() + Number(this.dataset.seconds) * 1000;
    this.count();
  }
  count() {
    const seconds = Math.max(0, Math.ceil((this.until - performance.now()) / 1000));
    if (this.left.textContent !== String(seconds)) this.left.textContent = seconds;
    this.meter.value = seconds;
    if (!seconds) this.clear();
  }
  async ask() {
    try {
      const answer = await fetch(this.dataset.look, { headers: { "X-Requested-With": "otk-counter" } });
      if (!answer.ok) return;
      const place = document.getElementById("who-comes");
      const text = await answer.text();
      if (place.dataset.was !== text) place.innerHTML = place.dataset.was = text;
    } catch {
      // The next look comes in two seconds.
    }
  }
  clear() {
    clearInterval(this.tick);
    document.querySelector("form.ask-here")?.reset();
    location.replace(this.dataset.start);
  }
}
customElements.define("otk-counter", Counter);
