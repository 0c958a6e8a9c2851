// <otk-timer data-since="1764576000">: minutes and seconds since then; without scripts the house measures all the same.
class Timer extends HTMLElement {
  connectedCallback() {
    this.since = Number(this.dataset.since) * 1000;
    this.tick = setInterval(() => this.show(), 1000);
    this.show();
  }
  disconnectedCallback() {
    clearInterval(this.tick);
  }
  show() {
    const seconds = Math.max(0, Math.floor((Date.now() - this.since) / 1000));
    this.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
customElements.define("otk-timer", Timer);
