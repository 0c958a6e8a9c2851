// <otk-letter>: an <otk-editor> around the text of a letter that is also written as it will look (visual/visual.js). The text area stays
// the truth: it is what is sent and what drafts know. Which side this person writes on is kept on the server, [data-side] changes it.
// The library comes when the text gets the focus, or at rest when there are words already; until then the text area takes the keys.
import { Editor } from "../ui/elements/editor.js";
import { send } from "../ui/elements/session.js";

const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const known = JSON.parse(document.getElementById("letters").textContent); // { is_visual, visual, look, keep, raw, open }
const tell = (text) => document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text } }));

let coming;
const library = () => (coming ??= Promise.all([import(known.visual), sheet(known.look)]).then(([module]) => module));
const sheet = (href) =>
  new Promise((done, fail) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: fail });
    document.head.append(link);
  });

class Letter extends Editor {
  connectedCallback() {
    if (this.side) return;
    super.connectedCallback();
    this.side = this.querySelector("[data-side]");
    this.side.hidden = false;
    this.side.addEventListener("click", () => this.turn());
    this.addEventListener("focusin", () => this.follow());
    this.addEventListener("otk:written", () => this.seen?.open({ isFirst: false }));
    this.addEventListener("otk:enter", () => this.area.focus());
    this.area.addEventListener("focus", () => this.handOn());
    this.heard = () => this.follow();
    document.addEventListener("otk:side", this.heard);
    this.tell();
    if (this.area.value) atRest(() => this.follow());
  }
  disconnectedCallback() {
    document.removeEventListener("otk:side", this.heard);
  }

  // ── Which side ──
  async turn() {
    this.side.closest("[popover]").hidePopover();
    known.is_visual = !known.is_visual;
    document.dispatchEvent(new CustomEvent("otk:side"));
    await this.follow();
    this.area.focus();
    const body = () => new URLSearchParams({ is_visual: Number(known.is_visual) });
    const answer = await send(known.keep, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) tell(words.problem);
  }
  // Shows the side that is wanted now.
  async follow() {
    if (known.is_visual && !this.seen) await this.draw();
    else if (!known.is_visual && this.seen) this.write();
    this.tell();
  }
  tell() {
    this.side.setAttribute("aria-pressed", String(!known.is_visual));
  }
  async draw() {
    try {
      const module = await library();
      await this.composed();
      if (this.isConnected && known.is_visual && !this.seen) this.show(module);
    } catch (problem) {
      console.error(problem);
      known.is_visual = false;
      tell(words.problem);
    }
  }
  // Letters that are still being put together belong to where they were begun.
  composed() {
    if (!this.isComposing) return undefined;
    return new Promise((done) => this.addEventListener("compositionend", () => setTimeout(done), { once: true }));
  }
  show(module) {
    const isHere = document.activeElement === this.area;
    this.visual ??= this.made(module);
    this.seen = this.visual;
    this.wear(true);
    this.seen.open({ isFirst: false, isTyping: isHere });
    if (isHere) this.seen.focus();
  }
  made({ LETTER, Visual }) {
    const place = Object.assign(document.createElement("div"), { className: "visual" });
    Object.assign(place.dataset, { raw: known.raw, open: known.open });
    this.area.after(place);
    const [tools, row] = [this.querySelector("[role=toolbar]"), this.querySelector("[data-visual-tools]")];
    const said = { "aria-label": this.area.labels[0]?.textContent, "data-placeholder": this.area.placeholder };
    for (const name of ["aria-describedby", "aria-invalid", "aria-controls", "aria-autocomplete"]) said[name] = this.area.getAttribute(name);
    const attributes = Object.fromEntries(Object.entries({ class: "words", ...said }).filter(([, value]) => value));
    return new Visual({ area: this.area, place, row, tools, files: {}, writer: this, dialect: LETTER, attributes });
  }
  // The text area keeps its place in the form; focus and eyes go to the words.
  wear(isSeen) {
    this.toggleAttribute("data-seen", isSeen);
    this.area.tabIndex = isSeen ? -1 : 0;
    if (isSeen) this.area.setAttribute("aria-hidden", "true");
    else this.area.removeAttribute("aria-hidden");
    this.visual.place.hidden = !isSeen;
    this.querySelector("[data-visual-tools]").hidden = !isSeen;
  }
  write(offset = this.seen.offsetOf()) {
    const isHere = this.seen.view.hasFocus();
    this.seen.panels.rest();
    this.seen = null;
    this.wear(false);
    this.area.setSelectionRange(offset, offset);
    if (isHere) this.area.focus();
  }

  // The focus goes on to the words, with what somebody has selected in the text area.
  handOn() {
    if (!this.seen) return;
    const isSelected = this.area.selectionStart < this.area.selectionEnd;
    if (isSelected || this.area.value !== this.seen.text) this.seen.open({ isFirst: false });
    this.seen.focus();
  }

  // ── What the visual side asks of us ──
  changed() {
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  upload(files) {
    this.closest("form").querySelector("otk-files")?.add(files);
  }
  // The Markdown of a block that has no other face; for this once.
  open(offset) {
    this.write(offset);
    this.area.focus();
  }
}

function atRest(act) {
  const soon = () => (self.requestIdleCallback ?? setTimeout)(act);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}

customElements.define("otk-letter", Letter);
