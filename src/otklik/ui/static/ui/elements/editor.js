// <otk-editor> around a <textarea> and buttons [data-md="bold|italic|list|quote|link"]: Markdown at the cursor, undo intact. Ctrl Enter sends.
const PAIRS = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"] };
const LINES = { list: "- ", numbers: "1. ", quote: "> " };

class Editor extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const kind = event.target.closest("[data-md]")?.dataset.md;
      if (kind) this.mark(kind);
      const text = event.target.closest("[data-insert]")?.dataset.insert;
      if (text) this.put(text);
    });
    this.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target !== this.area) return;
      if (event.code === "KeyB" || event.code === "KeyI") {
        event.preventDefault();
        this.mark(event.code === "KeyB" ? "bold" : "italic");
      } else if (event.key === "Enter") {
        event.preventDefault();
        this.area.form.requestSubmit();
      }
    });
    if (!CSS.supports("field-sizing", "content")) this.addEventListener("input", () => this.grow());
  }
  get area() {
    return this.querySelector("textarea");
  }
  mark(kind) {
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
      this.put(value.slice(lineStart, end).replace(/^/gm, LINES[kind]));
    }
  }
  put(text) {
    this.area.focus();
    // execCommand is the only way that keeps the browser's own undo.
    if (!document.execCommand("insertText", false, text)) this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
  }
  grow() {
    this.area.rows = Math.min(Math.max(this.area.value.split("\n").length + 1, 4), 18);
  }
}
customElements.define("otk-editor", Editor);
