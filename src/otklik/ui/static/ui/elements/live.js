// <otk-live src="/live?…" events="cases.opened cases.changed">: one stream per page. EventSource reconnects and sends Last-Event-ID by itself.
// Every event is dispatched on <body> as otk:NAME with its JSON as detail: hx-trigger="otk:cases.changed from:body".
// An unnamed event must carry {"event": NAME, …}. After a lost connection comes back: otk:back.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const say = (name, detail) => document.body.dispatchEvent(new CustomEvent(`otk:${name}`, { bubbles: true, detail }));

class Live extends HTMLElement {
  connectedCallback() {
    if (!this.getAttribute("src")) return;
    this.connect();
    this.onLeave = () => this.source?.close();
    this.onReturn = (event) => event.persisted && this.connect();
    addEventListener("pagehide", this.onLeave);
    addEventListener("pageshow", this.onReturn);
  }
  disconnectedCallback() {
    this.source?.close();
    clearTimeout(this.retry);
    removeEventListener("pagehide", this.onLeave);
    removeEventListener("pageshow", this.onReturn);
  }
  connect() {
    this.source?.close();
    const source = (this.source = new EventSource(this.getAttribute("src")));
    source.onopen = () => this.opened();
    source.onerror = () => this.lost(source);
    source.onmessage = (event) => this.hear(JSON.parse(event.data));
    for (const name of (this.getAttribute("events") ?? "").split(/\s+/).filter(Boolean))
      source.addEventListener(name, (event) => this.hear({ ...(event.data ? JSON.parse(event.data) : {}), event: name, id: event.lastEventId }));
  }
  opened() {
    this.show("on");
    if (this.wasLost) say("back");
    this.wasLost = false;
    this.wait = 2000;
  }
  lost(source) {
    this.wasLost = true;
    clearTimeout(this.grace);
    this.grace = setTimeout(() => source.readyState !== EventSource.OPEN && this.show("off"), 3000);
    if (source.readyState !== EventSource.CLOSED) return;
    this.wait = Math.min((this.wait ?? 2000) * 2, 60_000);
    this.retry = setTimeout(() => this.connect(), this.wait * (0.7 + Math.random() * 0.6));
  }
  show(state) {
    const label = this.querySelector(".live");
    if (!label || (label.dataset.state ?? "on") === state) return;
    label.dataset.state = state;
    label.textContent = state === "on" ? words.live : words.lost;
  }
  hear(detail) {
    say(detail.event, detail);
  }
}
customElements.define("otk-live", Live);

// <otk-fresh on="otk:cases.opened" one="{} новое обращение" few="{} новых обращения" many="{} новых обращений" other="…" hidden>
//   <a class="btn" href="">…<span></span></a></otk-fresh>: new rows wait behind a button, nothing jumps.
class Fresh extends HTMLElement {
  connectedCallback() {
    this.seen = new Set();
    this.rules = new Intl.PluralRules(document.documentElement.lang);
    this.hearing = (event) => this.count(event.detail?.case ?? event.detail?.id ?? Math.random());
    document.body.addEventListener(this.getAttribute("on"), this.hearing);
  }
  disconnectedCallback() {
    document.body.removeEventListener(this.getAttribute("on"), this.hearing);
  }
  count(key) {
    this.seen.add(key);
    const form = this.getAttribute(this.rules.select(this.seen.size)) ?? this.getAttribute("other") ?? "{}";
    this.querySelector("span").textContent = form.replace("{}", this.seen.size);
    this.hidden = false;
  }
}
customElements.define("otk-fresh", Fresh);
