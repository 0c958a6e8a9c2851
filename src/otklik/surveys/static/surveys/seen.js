// Tells, once and only where a page is really shown, that somebody has opened their invitation. Scanners of letters fetch
// the address and never come here, so they are not counted.
class Seen extends HTMLElement {
  connectedCallback() {
    if (document.visibilityState === "visible") this.tell();
    else document.addEventListener("visibilitychange", () => this.tell(), { once: true });
  }

  tell() {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
    void fetch(this.dataset.url, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
  }
}
customElements.define("otk-seen", Seen);
