// <otk-drafted data-save data-preview> around a form whose draft is kept on the server: it saves itself, notices when somebody else has
// saved, and shows beside it what is being typed as it will look. Without this script the form is a plain one.
// Inside: a hidden field `edits`, [data-status], [data-conflict] with [data-conflict-text], [data-shown] for the preview.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);

export class Drafted extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector("[data-status]");
    this.shown = this.querySelector("[data-shown]");
    this.form.addEventListener("input", (event) => event.target.type !== "file" && this.changed());
    this.form.addEventListener("submit", (event) => this.stop(event));
    this.addEventListener("keydown", (event) => this.key(event));
    addEventListener("pagehide", () => this.dirty && this.dataset.save && navigator.sendBeacon(this.dataset.save, this.body()));
  }
  key(event) {
    if (event.defaultPrevented || event.code !== "KeyS" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.save();
  }
  body() {
    const data = new URLSearchParams();
    for (const [key, value] of new FormData(this.form)) if (typeof value === "string") data.append(key, value);
    return data;
  }
  changed() {
    this.dirty = true;
    clearTimeout(this.saving);
    clearTimeout(this.showing);
    this.showing = setTimeout(() => this.preview(), 350);
    if (!this.conflict) this.saving = setTimeout(() => this.save(), 1500);
  }
  stop(event) {
    this.dirty = false;
    clearTimeout(this.saving);
    if (!this.busy) return;
    // The draft is just saving itself: sent now, it would find its own saving in its way.
    event.preventDefault();
    this.held = { by: event.submitter };
  }
  async save() {
    if (this.busy || this.conflict || !this.dataset.save) return;
    this.busy = true;
    this.dirty = false;
    const answer = await fetch(this.dataset.save, { method: "POST", body: this.body(), headers: { Accept: "application/json" } }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    this.busy = false;
    if (answer?.ok && said) this.form.elements.edits.value = said.edits;
    if (this.held) return this.form.requestSubmit(this.held.by);
    if (answer?.ok && said) {
      const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      this.status.textContent = words.saved.replace("{}", now);
      if (this.dirty) this.saving = setTimeout(() => this.save(), 1500);
      return;
    }
    this.dirty = true;
    if (answer?.status === 409) return this.quarrel(said.text);
    this.status.textContent = said?.text ?? words.unsaved;
    this.saving = setTimeout(() => this.save(), 10_000);
  }
  quarrel(text) {
    this.conflict = true;
    const banner = this.querySelector("[data-conflict]");
    banner.querySelector("[data-conflict-text]").textContent = text;
    banner.hidden = false;
    this.status.textContent = words.unsaved;
  }
  // What a preview asks for: the form, and whoever reads it.
  asking() {
    return this.body();
  }
  async preview() {
    if (!this.dataset.preview) return;
    const asked = (this.asked = (this.asked ?? 0) + 1);
    const answer = await fetch(this.dataset.preview, { method: "POST", body: this.asking(), headers: { "X-Part": "words" } }).catch(() => null);
    if (answer?.ok && asked === this.asked) this.shown.innerHTML = await answer.text();
  }
}
customElements.define("otk-drafted", Drafted);
