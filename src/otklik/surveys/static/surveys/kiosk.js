// <otk-kiosk data-start data-seconds><dialog>: after so many seconds without a touch or a key it asks whether anybody is here, and
// twenty seconds later the page begins anew. Nothing is kept on the device: the page leaves the history, too.
const GRACE = 20_000;

class Kiosk extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.dialog.querySelector("button").addEventListener("click", () => this.wait());
    for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => this.wait(), { passive: true });
    addEventListener("pageshow", (event) => event.persisted && this.restart());
    this.wait();
  }
  wait() {
    clearTimeout(this.timer);
    if (this.dialog.open) this.dialog.close();
    this.timer = setTimeout(() => this.ask(), Number(this.dataset.seconds) * 1000);
  }
  ask() {
    this.dialog.showModal();
    this.timer = setTimeout(() => this.restart(), GRACE);
  }
  restart() {
    document.querySelector("form.survey")?.reset();
    location.replace(this.dataset.start);
  }
}
customElements.define("otk-kiosk", Kiosk);
