// <otk-live src="/live?…" events="cases.opened cases.changed">: one stream per page. EventSource reconnects and sends Last-Event-ID by itself;
// a new one begins after the last place that was heard.
// Every event is dispatched on <body> as otk:NAME with its JSON as detail: hx-trigger="otk:cases.changed from:body".
// An unnamed event must carry {"event": NAME, …}. After a lost connection comes back: otk:back. The server says "beat" every three
// seconds: a page that hears nothing for SILENCE is not live and says so in words. A stream that is refused: otk:shut.
const SILENCE = 4250;
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
    this.onOffline = () => this.show("off");
    this.onSession = () => this.connect();
    addEventListener("offline", this.onOffline);
    document.body.addEventListener("otk:session", this.onSession);
    this.heard = performance.now();
    this.watch = setInterval(() => performance.now() - this.heard > SILENCE && this.fall(), 250);
  }
  disconnectedCallback() {
    this.source?.close();
    clearTimeout(this.retry);
    clearInterval(this.watch);
    removeEventListener("offline", this.onOffline);
    document.body.removeEventListener("otk:session", this.onSession);
    removeEventListener("pagehide", this.onLeave);
    removeEventListener("pageshow", this.onReturn);
  }
  connect() {
    this.source?.close();
    const address = new URL(this.getAttribute("src"), location.href);
    if (this.place) address.searchParams.set("after", this.place);
    const source = (this.source = new EventSource(address));
    source.onopen = () => this.opened();
    source.onerror = () => this.lost(source);
    source.onmessage = (event) => this.hear(JSON.parse(event.data), event);
    source.addEventListener("beat", (event) => this.alive(event));
    for (const name of (this.getAttribute("events") ?? "").split(/\s+/).filter(Boolean))
      source.addEventListener(name, (event) => this.hear({ ...(event.data ? JSON.parse(event.data) : {}), event: name, id: event.lastEventId }, event));
  }
  alive(event) {
    this.place = event?.lastEventId || this.place;
    this.heard = performance.now();
    this.show("on");
  }
  // Silent: what is still called open is not.
  fall() {
    this.show("off");
    this.wasLost = true;
    if (performance.now() - this.heard < 4 * SILENCE) return;
    this.heard = performance.now() - SILENCE;
    this.connect();
  }
  opened() {
    this.alive();
    if (this.wasLost) say("back");
    this.wasLost = false;
    this.wait = 2000;
  }
  lost(source) {
    this.wasLost = true;
    if (source.readyState !== EventSource.CLOSED || source !== this.source) return;
    say("shut");
    clearTimeout(this.retry);
    this.wait = Math.min((this.wait ?? 2000) * 2, 60_000);
    this.retry = setTimeout(() => this.connect(), this.wait * (0.7 + Math.random() * 0.6));
  }
  show(state) {
    const label = this.querySelector(".live");
    if (!label || (!label.hidden && (label.dataset.state ?? "on") === state)) return;
    label.hidden = false;
    label.dataset.state = state;
    label.textContent = state === "on" ? words.live : words.lost;
  }
  hear(detail, event) {
    this.alive(event);
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
