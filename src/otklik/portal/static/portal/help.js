// The help centre by hand: suggestions while typing, articles before a letter is sent, thanks in place. All of it works without.
const later = (milliseconds, act) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, milliseconds); };
};
const ASKED = "otk_asked";
const keep = (words) => { try { sessionStorage.setItem(ASKED, words); } catch { /* nothing may be kept here */ } };
const kept = () => { try { const words = sessionStorage.getItem(ASKED) ?? ""; sessionStorage.removeItem(ASKED); return words; } catch { return ""; } };

// <otk-suggest> around a search field: a combobox whose list opens while one types (WAI-ARIA APG, list autocomplete, manual selection).
class Suggest extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="search"]');
    if (!this.input || this.list) return;
    this.list = Object.assign(document.createElement("div"), { id: `${this.input.id}-list`, className: "suggest", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.querySelector("label").textContent);
    this.status = Object.assign(document.createElement("p"), { className: "sr-only" });
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) this.input.setAttribute(name, value);
    this.input.addEventListener("input", later(120, () => this.ask()));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => event.target.closest('[role="option"]:not([data-person])') && keep(this.input.value.trim()));
  }
  get options() { return [...this.list.querySelectorAll('[role="option"]')]; }
  get isOpen() { return !this.list.hidden; }
  async ask() {
    const words = this.input.value.trim();
    this.wish?.abort();
    if (words.length < 2) return this.close();
    this.wish = new AbortController();
    const language = this.querySelector('[name="language"]').value;
    try {
      const answer = await fetch(`${this.dataset.from}?${new URLSearchParams({ q: words, language })}`, { signal: this.wish.signal });
      if (answer.ok && document.activeElement === this.input) this.show((await answer.json()).items, words);
    } catch { this.close(); }
  }
  show(items, words) {
    const rows = items.map((item) => this.option(item.title, item.url));
    const ask = this.option(this.dataset.ask, `${this.dataset.person}?${new URLSearchParams({ q: words })}`);
    ask.dataset.person = "";
    this.list.replaceChildren(...rows, ask);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.choose(-1);
    this.status.textContent = items.length ? this.dataset.some.replace("{}", items.length) : this.dataset.none;
  }
  option(words, url) {
    const row = Object.assign(document.createElement("a"), { href: url, textContent: words, tabIndex: -1 });
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    return row;
  }
  choose(index) {
    this.index = index;
    this.options.forEach((row, place) => {
      row.id = `${this.list.id}-${place}`;
      row.setAttribute("aria-selected", String(place === index));
    });
    const row = this.options[index];
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }
  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
    this.status.textContent = "";
  }
  key(event) {
    const count = this.options.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!this.isOpen) return this.ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.index + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.isOpen && this.index >= 0) {
      event.preventDefault();
      this.options[this.index].click();
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      this.close();
    }
  }
}
customElements.define("otk-suggest", Suggest);

// <otk-fits> in the contact form: articles that may help, found while the letter is typed.
class Fits extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const ask = later(900, () => this.ask(form));
    for (const name of ["text", "subject"]) form.elements[name]?.addEventListener("input", ask);
    form.elements.kind?.addEventListener("change", ask);
  }
  async ask(form) {
    const words = new URLSearchParams({ text: form.elements.text.value, subject: form.elements.subject.value });
    const may = ["question", "request"].includes(form.elements.kind.value) && form.elements.text.value.trim().length > 12;
    const answer = may ? await fetch(this.dataset.from, { method: "POST", body: words }).catch(() => null) : null;
    if (may && !answer?.ok) return;
    const html = may ? (await answer.text()).trim() : "";
    if (html === this.last) return;
    this.last = html;
    this.replaceChildren(document.createRange().createContextualFragment(html));
    form.querySelector('[name="offered"]')?.remove();
    if (html) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "offered", value: "1" }));
  }
}
customElements.define("otk-fits", Fits);

// A form with data-in-place: its answer takes the place of the part that it names, which then has the focus.
document.addEventListener("submit", async (event) => {
  const place = event.target.dataset?.inPlace;
  if (!place) return;
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(place);
    if (!answer.ok || !part) throw new Error("not in place");
    const here = document.querySelector(place);
    here.replaceWith(document.adoptNode(part));
    document.querySelector(place).focus({ preventScroll: true });
  } catch {
    HTMLFormElement.prototype.submit.call(form);
  }
});

// Somebody looks at this article: told once, when the page is really seen. The number of a search leaves the address.
const seen = document.querySelector("[data-read]");
const tell = () => {
  if (document.prerendering || document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  const asked = kept();
  fetch(seen.dataset.read, { method: "POST", body: new URLSearchParams(asked ? { asked } : {}), keepalive: true }).catch(() => {});
};
if (seen) {
  document.addEventListener("visibilitychange", tell);
  document.addEventListener("prerenderingchange", tell, { once: true });
  tell();
  const address = new URL(location.href);
  if (address.searchParams.has("s")) {
    address.searchParams.delete("s");
    history.replaceState(history.state, "", address);
  }
}
