// <otk-editor> around a <textarea> and buttons [data-put="bold|italic|list|steps|quote|heading|link|code"]: Markdown at the cursor, undo intact.
// Ctrl Enter sends. Others ask before() and put(); `field` is what has the focus. `seen` is another face of the text, if it has one.
const PAIRS = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], link: ["[", "](https://)"] };
const LINES = { list: () => "- ", steps: (n) => `${n + 1}. `, quote: () => "> ", heading: () => "## " };
const KEYS = { KeyB: "bold", KeyI: "italic" };

export class Editor extends HTMLElement {
  seen = null;

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-put]");
      tool?.closest("[popover]")?.hidePopover();
      if (tool) this.mark(tool.dataset.put);
      const text = event.target.closest("[data-insert]")?.dataset.insert;
      if (text) this.put(text);
    });
    this.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["compositionstart", "compositionend"]) this.addEventListener(name, () => (this.isComposing = name === "compositionstart"));
    if (!CSS.supports("field-sizing", "content")) this.addEventListener("input", () => this.grow());
  }
  get area() {
    return this.querySelector("textarea");
  }
  get field() {
    return this.seen?.view.dom ?? this.area;
  }
  key(event) {
    if (event.altKey && event.key === "F10" && this.field.contains(event.target)) this.querySelector("[data-put]").focus();
    if (event.key === "Escape" && event.target.closest("[role=toolbar]") && !this.querySelector(":popover-open")) {
      event.preventDefault();
      this.field.focus();
    }
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || !this.field.contains(event.target)) return;
    if (event.code in KEYS) {
      event.preventDefault();
      this.mark(KEYS[event.code]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.area.form.requestSubmit();
    }
  }
  mark(kind) {
    if (this.seen) return this.seen.mark(kind);
    const { selectionStart: start, selectionEnd: end, value } = this.area;
    const chosen = value.slice(start, end);
    if (kind in PAIRS) {
      const [before, after] = PAIRS[kind];
      this.put(before + chosen + after);
      const cursor = start + before.length;
      this.area.setSelectionRange(cursor, cursor + chosen.length);
    } else if (kind in LINES) {
      const lineStart = value.lastIndexOf("\n", start - 1) + 1;
      this.area.setSelectionRange(lineStart, end);
      this.put(value.slice(lineStart, end).split("\n").map((line, n) => LINES[kind](n) + line).join("\n"));
    }
    return undefined;
  }
  // What stands before the cursor: as much as tells what is being written there.
  before() {
    return this.seen ? this.seen.before() : this.area.value.slice(0, this.area.selectionStart);
  }
  // Markdown at the cursor, in place of so many letters before it.
  put(text, { over = 0 } = {}) {
    this.area.focus();
    if (this.seen) return this.seen.put(text, { over });
    this.area.setSelectionRange(this.area.selectionStart - over, this.area.selectionEnd);
    // execCommand is the only way that keeps the browser's own undo.
    if (!document.execCommand("insertText", false, text)) this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    return undefined;
  }
  grow() {
    this.area.rows = Math.min(Math.max(this.area.value.split("\n").length + 1, 4), 18);
  }
}
customElements.define("otk-editor", Editor);
