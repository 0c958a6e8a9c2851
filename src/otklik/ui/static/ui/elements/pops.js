// <otk-pops data-from="/desk/…/pop">: what stands up on every page, such as a call that rings. The stream says only that something has
// changed (otk:pop, with the address); the fragment is asked for, with the sight of whoever reads. While something stands there the next
// page asks at once. A form in it is sent without leaving the page. A page without a stream of its own gets one.
import "./live.js";

const KEPT = "otk-pops";
const FOR = 10 * 60_000;

class Pops extends HTMLElement {
  connectedCallback() {
    this.hearing = (event) => (!event.detail?.url || event.detail.url === this.dataset.from) && this.renew();
    for (const name of ["otk:pop", "otk:back"]) document.body.addEventListener(name, this.hearing);
    this.addEventListener("submit", (event) => this.send(event));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.querySelector("[data-away]")?.click());
    if (!document.querySelector("otk-live[src]")) this.listen();
    if (Number(sessionStorage.getItem(KEPT)) > Date.now()) this.renew();
  }
  disconnectedCallback() {
    for (const name of ["otk:pop", "otk:back"]) document.body.removeEventListener(name, this.hearing);
  }
  listen() {
    const live = document.createElement("otk-live");
    live.hidden = true;
    live.setAttribute("src", "/live?pops=1");
    document.body.append(live);
  }
  async renew() {
    try {
      const answer = await fetch(this.dataset.from, { headers: { "X-Requested-With": "otk-pops" } });
      if (answer.ok) this.show(await answer.text());
    } catch {
      // The stream comes back by itself and says so.
    }
  }
  show(html) {
    const held = this.contains(document.activeElement) ? document.activeElement.dataset.stays : "";
    this.innerHTML = html;
    if (this.childElementCount) sessionStorage.setItem(KEPT, Date.now() + FOR);
    else sessionStorage.removeItem(KEPT);
    if (held) this.querySelector(`[data-stays="${held}"]`)?.focus();
  }
  async send(event) {
    event.preventDefault();
    const form = event.target;
    await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { "X-Requested-With": "otk-pops" } });
    await this.renew();
  }
}
customElements.define("otk-pops", Pops);
