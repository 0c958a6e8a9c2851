// <otk-similar data-from data-field> shows what was said already while somebody types. Without it one sends all the same.
class Similar extends HTMLElement {
  connectedCallback() {
    this.fields = this.dataset.field.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    for (const field of this.fields) field.addEventListener("input", () => this.wait());
    if (this.words.length > 2) this.ask();
  }
  get words() {
    return (this.fields.find((field) => field.value.trim())?.value ?? "").trim().slice(0, 300);
  }
  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 400);
  }
  async ask() {
    this.wish?.abort();
    this.wish = new AbortController();
    const url = new URL(this.dataset.from, location.href);
    url.searchParams.set("q", this.words);
    try {
      const answer = await fetch(url, { signal: this.wish.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      const found = (await answer.text()).trim();
      this.innerHTML = found;
      this.hidden = !found;
    } catch {
      /* somebody types on, or the line is gone: nothing is lost */
    }
  }
}
customElements.define("otk-similar", Similar);
