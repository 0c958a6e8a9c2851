// Otklik: the help button for other sites. One element, no dependency, no cookie; documentation: docs/widget.md.
// Everything it shows comes from the house as small documents: their title is the heading, their body goes into the panel.

const HERE = new URL("/", import.meta.url);
const PHONE = matchMedia("(max-width: 30rem)");
const SLOW = 3_000; // then the panel says that nothing came, and how else to reach us
const PATIENCE = 20_000;
const ICONS = {
  ask: "M8 9h8M8 13h5M18 4a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-5l-5 3v-3h-2a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3z",
  back: "M15 6l-6 6 6 6",
  close: "M18 6L6 18M6 6l12 12",
};
const LOOKS = `
:host { all: initial; display: block; color-scheme: inherit; font: medium/1.5 var(--otklik-font, system-ui, "Segoe UI", sans-serif);
  --ink: var(--otklik-ink, light-dark(#1d2430, #eceae6)); --quiet: color-mix(in oklab, var(--ink) 72%, var(--paper));
  --paper: var(--otklik-paper, light-dark(#fff, #20242c)); --soft: color-mix(in oklab, var(--ink) 6%, var(--paper));
  --line: color-mix(in oklab, var(--ink) 18%, var(--paper)); --field: color-mix(in oklab, var(--ink) 55%, var(--paper));
  --accent: var(--otklik-accent, var(--own)); --on-accent: var(--otklik-on-accent, var(--on-own));
  --round: var(--otklik-radius, 14px); --gap: var(--otklik-gap, 1.25em); --left: auto; --right: var(--gap); }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([position="left"]) { --left: var(--gap); --right: auto; }
:host([position="none"]) > .open { display: none; }
* { box-sizing: border-box; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper); }
:is(h2, .view, .helpful, [data-focus]):focus { outline: none; }
button, .button, input, textarea { font: inherit; color: inherit; }
button, .button { min-block-size: 2.75em; padding: .5em 1em; border: 1px solid transparent; border-radius: calc(var(--round) * .65); cursor: pointer; }
.button, .open { background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.button { display: inline-flex; align-items: center; }
:is(.button, .open):hover { filter: brightness(1.1); }
.plain { background: var(--soft); border-color: var(--field); }
svg { inline-size: 1.4em; block-size: 1.4em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.open { position: fixed; z-index: var(--otklik-z, 2147483000); inset-block-end: calc(var(--gap) + env(safe-area-inset-bottom)); left: var(--left); right: var(--right);
  display: inline-flex; gap: .5em; align-items: center; max-inline-size: calc(100vw - 2 * var(--gap)); min-block-size: 3.25em; padding-inline: 1.1em 1.3em; border-radius: 99px; box-shadow: 0 4px 18px #0004; }
dialog { position: fixed; z-index: var(--otklik-z, 2147483000); inset-block: auto calc(var(--gap) + 4.25em); left: var(--left); right: var(--right); margin: 0; padding: 0;
  inline-size: min(25em, 100vw - 2 * var(--gap)); block-size: min(42em, 100dvh - 2 * var(--gap) - 4.25em); max-inline-size: none; max-block-size: none;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: var(--round); box-shadow: 0 16px 48px #0004; overflow: hidden; }
:host([position="none"]) dialog { inset-block-end: var(--gap); }
dialog[open] { display: grid; grid-template-rows: auto auto minmax(0, 1fr); }
dialog::backdrop { background: #0008; }
.bar { display: flex; gap: .25em; align-items: center; padding: .5em; border-block-end: 1px solid var(--line); }
.bar button { display: grid; place-items: center; inline-size: 2.75em; padding: 0; background: none; }
.bar button:hover { background: var(--soft); }
h2 { flex: 1; min-inline-size: 0; margin: 0; padding-inline: .5em; font-size: 1.125em; line-height: 1.3; overflow-wrap: anywhere; text-wrap: balance; }
h3 { margin: 1.25em 0 .25em; font-size: 1em; }
.told { margin: 0; padding: .6em 1em; background: var(--soft); font-size: .875em; }
.told:not(.loud) { position: absolute; inline-size: 1px; block-size: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
dialog[data-waits] .bar { box-shadow: inset 0 -3px var(--accent); cursor: progress; }
.view { padding: 1em; overflow: auto; overscroll-behavior: contain; overflow-wrap: anywhere; }
.view > :first-child, .prose > :first-child { margin-block-start: 0; }
p, ul, ol, dl, pre, blockquote, figure, form { margin: .75em 0; }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--accent); text-decoration-thickness: 2px; text-underline-offset: 3px; }
.quiet { color: var(--quiet); font-size: .875em; }
.links { padding: 0; list-style: none; }
.links > li { padding-block: .5em; }
.links > li + li { border-block-start: 1px solid var(--line); }
.links a { display: block; padding-block: .25em; font-weight: 600; text-decoration: none; }
.links a:hover { text-decoration: underline; }
.links p { margin: .15em 0 0; color: var(--quiet); font-size: .875em; }
label { display: block; font-weight: 600; }
input:not([type=checkbox], [type=hidden]), textarea { inline-size: 100%; min-block-size: 2.75em; margin-block-start: .25em; padding: .5em .75em; background: var(--paper); border: 1px solid var(--field); border-radius: calc(var(--round) * .5); }
[aria-invalid=true] { border: 2px solid light-dark(#b3261e, #ffb4a9) !important; }
.error { margin-block: .25em; color: light-dark(#b3261e, #ffb4a9); font-weight: 600; }
.field { margin-block: 1em; }
.trap { position: absolute; inset-inline-start: -200vw; }
.person { display: flex; flex-wrap: wrap; gap: .75em 1em; align-items: center; margin-block-start: 1.5em; padding-block-start: 1em; border-block-start: 1px solid var(--line); }
dt { color: var(--quiet); font-size: .875em; } dd { margin: 0 0 .75em; font-size: 1.125em; font-weight: 600; } dd.quiet, dd .quiet { font-weight: 400; }
.helpful form, [role=group] { display: flex; flex-wrap: wrap; gap: .5em; align-items: center; }
.helpful label, .helpful textarea { flex: 1 0 100%; }
.prose :is(h2, h3, h4) { padding: 0; margin: 1.25em 0 .5em; font-size: 1.0625em; }
.prose img { max-inline-size: 100%; block-size: auto; border-radius: calc(var(--round) * .5); }
.prose figcaption { color: var(--quiet); font-size: .875em; }
.prose pre, .table-frame { overflow: auto; } .prose :is(otk-video, .table-frame, .callout, blockquote) { display: block; margin-block: 1em; } .prose pre { padding: .75em; background: var(--soft); }
.prose table { border-collapse: collapse; } .prose :is(td, th) { padding: .35em .6em; border: 1px solid var(--line); text-align: start; }
.prose :is(.callout, blockquote) { margin-inline: 0; padding: .25em 1em; background: var(--soft); border-inline-start: 4px solid var(--accent); }
.callout-label { font-weight: 700; }
[hidden] { display: none !important; }
@media (max-width: 30rem) {
  dialog, :host([position="none"]) dialog { inset: 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; }
  input, textarea { font-size: max(1em, 16px); }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; translate: 0 .75em; } }
}
@media (forced-colors: active) { .button, .open, .plain, .bar button { border-color: ButtonText; } }
@media print { :host { display: none; } }
`;

const made = (name, attributes, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const icon = (name) => {
  const [picture, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  picture.append(path);
  return picture;
};

/** Black or white, whichever is read better on `#rrggbb`. */
const inkOn = (colour) => {
  const light = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.18 ? "#000" : "#fff";
};

/**
 * A document of the house. The browser itself parses it (no HTML is made of strings here, so that Trusted Types are
 * content), without cookies, and without a preflight: plain GETs, and forms as a browser sends them. `slow` is called
 * when nothing has come for three seconds; it may still come.
 */
const load = (path, {body, signal, slow} = {}) => new Promise((tell, fail) => {
  const call = new XMLHttpRequest();
  const waiting = setTimeout(() => slow?.(), SLOW);
  call.open(body ? "POST" : "GET", new URL(path, HERE));
  call.responseType = "document";
  call.timeout = body ? 0 : PATIENCE; // a letter with pictures may take long on its way
  call.onload = () => (call.response?.title !== undefined && call.status < 500 ? tell(call.response) : fail());
  call.onerror = fail;
  call.ontimeout = fail;
  call.onloadend = () => clearTimeout(waiting);
  signal?.addEventListener("abort", () => call.abort());
  call.send(body);
});

/** Addresses of the house become whole; what leaves the panel opens beside the page. */
const settled = (page) => {
  for (const name of ["href", "src", "action"]) {
    for (const node of page.querySelectorAll(`[${name}]`)) {
      const value = node.getAttribute(name);
      if (!value.startsWith("#")) node.setAttribute(name, new URL(value, HERE));
    }
  }
  for (const link of page.querySelectorAll('a[href]:not([href^="#"])')) {
    link.target = "_blank";
    link.rel = "noopener";
  }
  return page;
};

/** What a document says below its heading: the panel has its own. */
const inside = (page) => {
  const main = document.adoptNode(page.querySelector("main") ?? page.body);
  main.querySelector(":scope > h1")?.remove();
  return [...main.childNodes];
};

class OtklikHelp extends HTMLElement {
  #house; #words; #language; #visit; #root; #button; #panel; #title; #back; #told; #place; #trail = []; #opener; #search; #pause; #rest;

  /** Called once by `begin`, with the settings of the house and the `data-*` of the script tag. */
  begin(house, chosen) {
    const asked = chosen.language || house.language || document.documentElement.lang.slice(0, 2).toLowerCase();
    this.#house = house;
    this.#language = house.words[asked] ? asked : Object.keys(house.words)[0];
    this.#words = house.words[this.#language];
    this.#visit = this.#keyOf("remember" in chosen);
    this.setAttribute("position", chosen.position || house.position);
    this.setAttribute("theme", chosen.theme || house.theme);
    this.#build(chosen.label || this.#words.label, /^#[\da-f]{6}$/i.test(chosen.accent) ? chosen.accent : house.accent);
    document.addEventListener("click", (event) => this.#followLink(event));
    PHONE.addEventListener("change", () => this.#panel.open && this.#raise());
  }

  /** Show the panel: what was there before, the form ("contact"), or the answers to a question. */
  async open(what = "") {
    if (!this.#panel.open) {
      this.#opener = document.activeElement;
      this.#raise();
    }
    if (!this.#trail.length) await this.#show("widget/");
    if (what === "contact") await this.#show("widget/contact");
    else if (what) this.#ask(what);
    else this.#focus();
  }

  close() {
    this.#panel.close();
  }

  /** The visitor agrees that this visit is remembered in this tab from page to page. */
  remember() {
    this.#visit = this.#keyOf(true);
  }

  // ── Building ──
  #keyOf(isKept) {
    const name = "otklik-visit";
    let key = this.#visit;
    if (isKept) key = sessionStorage.getItem(name) || key;
    key ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (isKept) sessionStorage.setItem(name, key);
    return key;
  }

  #build(label, accent) {
    const words = this.#words;
    const root = this.attachShadow({mode: "open"});
    const looks = new CSSStyleSheet();
    looks.replaceSync(`:host { --own: ${accent}; --on-own: ${inkOn(accent)}; }${LOOKS}`);
    root.adoptedStyleSheets = [looks];
    this.lang = this.#language;
    this.role = "complementary";
    this.ariaLabel = label;
    this.#button = made("button", {class: "open", type: "button", dir: "ltr", "aria-expanded": "false", "aria-controls": "panel"}, icon("ask"), label);
    this.#title = made("h2", {id: "title", tabindex: "-1"});
    this.#back = made("button", {type: "button", "aria-label": words.back, "data-back": "", hidden: ""}, icon("back"));
    this.#told = made("p", {class: "told", role: "status"});
    this.#place = made("div", {class: "view", tabindex: "-1"});
    const close = made("button", {type: "button", "aria-label": words.close, "data-close": ""}, icon("close"));
    this.#panel = made("dialog", {id: "panel", dir: "ltr", "aria-labelledby": "title"}, made("div", {class: "bar"}, this.#back, this.#title, close), this.#told, this.#place);
    root.append(this.#button, this.#panel);
    this.#root = root;
    this.#button.addEventListener("click", () => (this.#panel.open ? this.close() : this.open()));
    this.#panel.addEventListener("close", () => this.#closed());
    this.#panel.addEventListener("keydown", (event) => this.#key(event));
    this.#panel.addEventListener("click", (event) => this.#press(event));
    this.#panel.addEventListener("submit", (event) => this.#send(event));
    this.#panel.addEventListener("input", (event) => this.#typed(event.target));
  }

  /** On a phone the panel is the whole screen, and nothing behind it can be reached; elsewhere the page stays usable. */
  #raise() {
    this.#panel.close();
    if (PHONE.matches) this.#panel.showModal();
    else this.#panel.show();
    this.#button.setAttribute("aria-expanded", "true");
  }

  #closed() {
    if (this.#panel.open) return; // only raised anew
    this.#button.setAttribute("aria-expanded", "false");
    const back = this.#opener && this.#opener !== this && this.#opener !== document.body ? this.#opener : this.#button;
    back.focus();
  }

  // ── Views ──
  /** Said to those who hear; what is `loud` is also seen. */
  #say(text, ...loud) {
    this.#told.classList.toggle("loud", loud.length > 0);
    this.#told.replaceChildren(text, ...loud);
    this.#panel.toggleAttribute("data-waits", text === this.#words.wait);
  }

  async #show(path, {reads = ""} = {}) {
    this.#say(this.#words.wait);
    try {
      this.#enter(settled(await load(this.#spoken(path), {slow: () => this.#slow()})));
      if (reads) this.#note({article: reads});
    } catch {
      this.#failed();
      this.#title.focus();
    }
  }

  #spoken(path) {
    const url = new URL(path, HERE);
    url.searchParams.set("language", this.#language);
    return url;
  }

  /** Nothing came: said in words, with the ways that need no connection to us. */
  #missing(text) {
    const {mail, call, outside: place} = this.#house;
    const ways = [mail && made("a", {href: `mailto:${mail}`}, mail), call && made("a", {href: call.href}, call.phone)].filter(Boolean);
    const outside = made("a", {href: new URL(place, HERE), target: "_blank", rel: "noopener"}, this.#words.outside);
    this.#say(text, ...(ways.length ? [" ", this.#words.ways, ...ways.flatMap((way) => [" ", way])] : []), " ", outside);
    this.#title.textContent ||= this.#words.label;
  }

  #slow() {
    this.#missing(this.#words.slow);
    this.#panel.toggleAttribute("data-waits", true);
  }

  #failed() {
    this.#missing(this.#words.failed);
  }

  #enter(page, {replaces = false} = {}) {
    const {writing, done} = page.body.dataset;
    const view = {title: page.title, nodes: inside(page), isWriting: writing !== undefined, top: 0};
    if (this.#view) this.#view.top = this.#place.scrollTop;
    if (done !== undefined) this.#trail.length = 1;
    if (replaces && done === undefined) this.#trail.pop();
    this.#trail.push(view);
    this.#draw();
  }

  get #view() {
    return this.#trail.at(-1);
  }

  #draw() {
    const view = this.#view;
    this.#say("");
    this.#title.textContent = view.title;
    this.#place.replaceChildren(...view.nodes);
    this.#place.scrollTop = view.top;
    this.#back.hidden = this.#trail.length < 2;
    const isWriting = this.#trail.some((one) => one.isWriting);
    for (const node of this.#place.querySelectorAll('[data-when="writing"]')) node.hidden = !isWriting;
    for (const picture of this.#place.querySelectorAll("img")) picture.onerror = () => this.#unseen(picture);
    this.#focus();
  }

  /** A picture that the page's own policy keeps away is still one press away. */
  #unseen(picture) {
    const words = [this.#words.picture, picture.alt].filter(Boolean).join(": ");
    picture.replaceWith(made("a", {href: picture.src, target: "_blank", rel: "noopener"}, words));
  }

  #focus() {
    const wrong = this.#place.querySelector("[aria-invalid=true], [data-focus]");
    const field = PHONE.matches || this.#trail.length > 1 ? null : this.#place.querySelector("input[type=search]");
    (wrong ?? field ?? this.#title).focus();
  }

  #goBack() {
    if (this.#trail.length < 2) return;
    this.#trail.pop();
    this.#draw();
  }

  // ── Pressing and typing ──
  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.close();
  }

  #followLink(event) {
    const link = event.target.closest?.("[data-otklik-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link.dataset.otklikOpen);
  }

  #press(event) {
    const at = event.target.closest("a, button");
    if (!at || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ("close" in at.dataset) this.close();
    else if ("back" in at.dataset) this.#goBack();
    else if (at.tagName === "A") this.#follow(at, event);
  }

  #follow(link, event) {
    const part = link.getAttribute("href") ?? "";
    const inner = part.startsWith(HERE) && /^help\/([\w-]+)\/?(?:[?#]|$)/.exec(part.slice(HERE.href.length))?.[1];
    const path = link.dataset.show ?? (inner && !("outside" in link.dataset) ? `widget/articles/${inner}/` : "");
    if (part.startsWith("#")) this.#root.getElementById(decodeURIComponent(part.slice(1)))?.scrollIntoView();
    else if (!path) return;
    else if (path.endsWith("/contact") && this.#writing) this.#return(this.#writing);
    else this.#show(path, {reads: link.dataset.article ?? inner});
    event.preventDefault();
  }

  get #writing() {
    return this.#trail.find((one) => one.isWriting);
  }

  /** To what was being written, with every word. */
  #return(view) {
    this.#trail = [...this.#trail.filter((one) => one !== view), view];
    this.#draw();
  }

  /**
   * While somebody types, what begins so; once they rest or press Enter (`isAsked`), what answers it, or that nothing does.
   * The house keeps only what was asked by Enter or by opening what was found; a letter before it is sent never, nor in
   * an address that others might log.
   */
  #typed(field, isAsked = false) {
    const {find, least} = field.dataset;
    if (!find) return;
    clearTimeout(this.#pause);
    clearTimeout(this.#rest);
    this.#search?.abort();
    const words = field.value.trim();
    const place = this.#root.getElementById(find);
    place.first ??= [...place.childNodes];
    place.asked = "";
    if (words.length < least) {
      place.replaceChildren(...place.first);
      this.#say("");
      return;
    }
    const isLetter = field.tagName === "TEXTAREA";
    const look = {words, place, isAsked, isLetter, isWhole: isAsked || isLetter, path: place.dataset.search ?? field.form.getAttribute("action")};
    this.#pause = setTimeout(() => this.#find(look), isAsked ? 0 : isLetter ? 600 : 160);
  }

  async #find(look) {
    const {words, place, isWhole, isAsked, isLetter} = look;
    const path = this.#spoken(look.path);
    if (!isLetter) path.searchParams.set("q", words.slice(0, 1000));
    if (!isWhole) path.searchParams.set("typing", "");
    const body = isLetter ? new URLSearchParams({q: words, language: this.#language}) : undefined;
    this.#search = new AbortController();
    const {signal} = this.#search;
    try {
      const found = settled(await load(path, {body, signal, slow: isLetter ? undefined : () => this.#slow()}));
      if (isWhole || found.links.length) {
        this.#say(found.title);
        place.replaceChildren(...inside(found));
      } else this.#rest = setTimeout(() => this.#find({...look, isWhole: true}), 600);
      if (!isLetter) place.asked = words;
      if (isAsked) this.#note({q: words});
    } catch {
      if (!isLetter) this.#failed();
    }
  }

  #ask(words) {
    if (this.#trail.length > 1) this.#return(this.#trail[0]);
    const field = this.#place.querySelector("input[type=search]");
    if (!field) return;
    field.value = words;
    field.focus();
    this.#typed(field, true);
  }

  /** What was asked and read, for the authors and for the case that it may become. */
  #note(what) {
    const asked = what.article && this.#root.getElementById("found")?.asked;
    clearTimeout(this.#rest);
    const body = new URLSearchParams({visit: this.#visit, language: this.#language, ...(asked && {q: asked}), ...what});
    fetch(new URL("widget/seen", HERE), {method: "POST", body, credentials: "omit", keepalive: true}).catch(() => {});
  }

  async #send(event) {
    const form = event.target;
    event.preventDefault();
    if (form.method === "get") {
      this.#typed(form.elements.q, true);
      return;
    }
    if (form.ariaBusy === "true") return;
    const body = new FormData(form, event.submitter);
    body.set("visit", this.#visit);
    body.set("language", this.#language);
    form.ariaBusy = "true";
    this.#say(this.#words.wait);
    try {
      this.#answered(settled(await load(form.action, {body, slow: () => this.#slow()})), form.dataset.into);
    } catch {
      this.#failed();
    }
    form.ariaBusy = "false";
  }

  #answered(page, into) {
    if (!into) {
      this.#enter(page, {replaces: true});
      return;
    }
    const place = this.#root.getElementById(into);
    this.#say("");
    place.replaceChildren(...inside(page));
    (place.querySelector("textarea") ?? place).focus();
  }
}

/** Once a page: the element that stands in it, or a new one at its end. */
export const begin = (house, chosen) => {
  if (customElements.get("otklik-help")) return;
  customElements.define("otklik-help", OtklikHelp);
  const element = document.querySelector("otklik-help") ?? made("otklik-help", {});
  if (!element.isConnected) document.body.append(element);
  element.begin(house, chosen);
};
