// <otk-writer data-save data-preview data-upload data-links data-visual> around the form of an article, a draft like any (drafted.js):
// marks at the cursor, pictures by drop and paste, links to articles by search,
// and the words as they will look instead of their Markdown (visual/visual.js). Without this script the form is a plain one.
import { Drafted } from "../ui/elements/drafted.js";

const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const AROUND = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"] };
const LINES = { list: () => "- ", steps: (n) => `${n + 1}. `, quote: () => "> ", heading: () => "## " };
const BOXES = { tip: "[!TIP]", note: "[!NOTE]", warning: "[!WARNING]" };
const KEYS = { KeyB: "bold", KeyI: "italic", KeyS: "save" };
const SHIFT_KEYS = { KeyL: "link", Digit7: "steps", Digit8: "list" };
const MODE = "otk-writer";

class Writer extends Drafted {
  connectedCallback() {
    super.connectedCallback();
    this.area = this.form.elements.body;
    this.reader = "staff";
    for (const part of this.querySelectorAll(".tools, [data-readers]")) part.hidden = false;
    this.addEventListener("click", (event) => this.pressed(event));
    this.area.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.form.addEventListener("dragover", (event) => this.over(event));
    this.form.addEventListener("dragleave", () => delete this.form.dataset.over);
    this.form.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    this.form.querySelector('.tools input[type="file"]').addEventListener("change", (event) => this.chosen(event.target));
    this.find();
    this.sides();
  }

  // ── Two sides of one text ──
  sides() {
    this.place = this.querySelector("[data-surface]");
    this.files = JSON.parse(document.getElementById("files-of-article").textContent);
    this.querySelector("[data-modes]").hidden = false;
    this.querySelector(`label[for="${this.area.id}"]`).addEventListener("click", () => this.seen?.focus());
    for (const tools of this.querySelectorAll(".tools")) tools.addEventListener("keydown", ({ key }) => key === "Escape" && (this.seen ?? this.area).focus());
    this.show(remembered() ?? "visual", { isFirst: true });
  }
  async show(mode, { isFirst = false } = {}) {
    if (mode === "visual" && !this.visual && !(await this.load())) return this.show("markdown");
    const offset = this.seen?.offsetOf();
    this.seen = mode === "visual" ? this.visual : null;
    this.area.hidden = this.seen !== null;
    this.place.hidden = this.querySelector("[data-visual-tools]").hidden = this.seen === null;
    for (const button of this.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    if (this.seen) return this.seen.open({ isFirst });
    this.visual?.panels.rest();
    if (offset !== undefined) this.area.setSelectionRange(offset, offset);
    return undefined;
  }
  async load() {
    try {
      const { ARTICLE, Visual } = await import(this.dataset.visual);
      const [tools, row] = [this.querySelector(".tools"), this.querySelector("[data-visual-tools]")];
      const { labelledby, lang } = this.place.dataset;
      const attributes = { class: "prose", "aria-labelledby": labelledby, lang };
      this.visual = new Visual({ area: this.area, place: this.place, tools, row, files: this.files, writer: this, dialect: ARTICLE, attributes });
    } catch (problem) {
      console.error(problem);
      document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text: words.problem } }));
    }
    return this.visual;
  }
  // The Markdown of a block that has no other face.
  async open(offset) {
    await this.show("markdown");
    this.area.setSelectionRange(offset, offset);
    this.area.focus();
  }

  // ── Marks ──
  pressed(event) {
    const put = event.target.closest("[data-put]");
    if (put) {
      put.closest("[popover]")?.hidePopover();
      this.mark(put.dataset.put, put.dataset.text);
    }
    const mode = event.target.closest("[data-mode]")?.dataset.mode;
    if (mode) {
      remember(mode);
      this.show(mode).then(() => (this.seen ?? this.area).focus());
    }
    const as = event.target.closest("[data-as]");
    if (as) {
      this.reader = as.dataset.as;
      for (const other of as.parentElement.children) other.setAttribute("aria-pressed", String(other === as));
      this.preview();
    }
  }
  key(event) {
    if (event.altKey && event.key === "F10") return this.querySelector(".tools button").focus();
    if (event.target === this.area && event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey) return this.nextLine(event);
    if (event.defaultPrevented || event.target.closest(".tools") || !(event.ctrlKey || event.metaKey)) return;
    const kind = event.altKey ? event.code === "Digit2" && "heading" : (event.shiftKey ? SHIFT_KEYS : KEYS)[event.code];
    const isText = event.target === this.area || this.place.contains(event.target);
    if (!kind || (kind !== "save" && !isText)) return;
    event.preventDefault();
    if (kind === "save") this.save();
    else this.mark(kind);
  }
  nextLine(event) {
    const { selectionStart: at, value } = this.area;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    const found = /^(\s*)(?:([-*])|(\d+)([.)])|(>)) (.*)$/.exec(line);
    if (!found) return;
    event.preventDefault();
    const [, indent, bullet, number, dot, quote, rest] = found;
    if (!rest.trim()) {
      this.area.setSelectionRange(at - line.length, at);
      return this.put("\n");
    }
    this.put(`\n${indent}${bullet ?? quote ?? `${Number(number) + 1}${dot}`} `);
  }
  mark(kind, text) {
    if (this.seen) return this.seen.mark(kind, text);
    const { selectionStart: start, selectionEnd: end, value } = this.area;
    const chosen = value.slice(start, end);
    if (kind in AROUND) {
      const [before, after] = AROUND[kind];
      this.put(before + chosen + after);
      const cursor = start + before.length;
      this.area.setSelectionRange(cursor, cursor + chosen.length);
    } else if (kind in LINES) {
      const from = value.lastIndexOf("\n", start - 1) + 1;
      this.area.setSelectionRange(from, end);
      this.put(value.slice(from, end).split("\n").map((line, n) => LINES[kind](n) + line).join("\n"));
    } else if (kind in BOXES) {
      this.apart([BOXES[kind], ...chosen.split("\n")].map((line) => `> ${line}`).join("\n"), 2);
    } else if (kind === "staff") {
      this.apart(`:::staff\n${chosen}\n:::`, "\n:::\n\n".length);
    } else {
      this.apart(text);
    }
  }
  // A block of its own; the cursor then stands `back` letters before its end.
  apart(text, back = 0) {
    const { selectionStart: start, value } = this.area;
    const before = value.slice(0, start);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    this.put(`${gap}${text}\n\n`);
    const cursor = this.area.selectionStart - back;
    this.area.setSelectionRange(cursor, cursor);
  }
  put(text) {
    this.area.focus();
    // execCommand is the only way that keeps the browser's own undo.
    if (!document.execCommand("insertText", false, text)) this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.changed();
  }

  asking() {
    const data = this.body();
    data.set("as", this.reader);
    return data;
  }

  // ── Files ──
  over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.form.dataset.over = "";
  }
  take(event, from) {
    delete this.form.dataset.over;
    if (!from.files.length) return;
    event.preventDefault();
    this.upload([...from.files]);
  }
  chosen(input) {
    this.upload([...input.files]);
    input.value = "";
  }
  async upload(files) {
    for (const file of files) {
      this.status.textContent = `${file.name}…`;
      const data = new FormData();
      data.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      data.append("file", file);
      const answer = await fetch(this.dataset.upload, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
      const said = await answer?.json().catch(() => null);
      if (answer?.ok && said) {
        this.status.textContent = said.name;
        this.files[said.name] = said.url;
        if (this.seen) this.seen.insert(said.text);
        else if (said.text.startsWith("!")) this.apart(said.text);
        else this.put(said.text);
      } else {
        const text = said?.text ?? words.problem;
        this.status.textContent = text;
        document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text } }));
      }
    }
  }

  // ── Links to articles ──
  find() {
    const dialog = document.getElementById("find-article");
    const input = dialog.querySelector("[data-find]");
    const list = dialog.querySelector("ul");
    let timer;
    const choose = (row) => {
      if (!row) return;
      dialog.close();
      if (this.seen) return this.seen.link(row.textContent, `article:${row.dataset.slug}`);
      const { selectionStart: start, selectionEnd: end, value } = this.area;
      this.put(`[${value.slice(start, end) || row.textContent}](article:${row.dataset.slug})`);
    };
    const look = async () => {
      const answer = await fetch(`${this.dataset.links}?q=${encodeURIComponent(input.value)}`).catch(() => null);
      const { items } = (await answer?.json().catch(() => null)) ?? { items: [] };
      list.replaceChildren(
        ...items.map((item, n) => {
          const row = Object.assign(document.createElement("li"), { id: `found-article-${n}`, role: "option", textContent: item.title });
          row.dataset.slug = item.slug;
          row.setAttribute("aria-selected", String(n === 0));
          row.addEventListener("click", () => choose(row));
          return row;
        }),
      );
      input.setAttribute("aria-activedescendant", items.length ? "found-article-0" : "");
    };
    dialog.addEventListener("toggle", () => dialog.open && look());
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 200);
    });
    input.addEventListener("keydown", (event) => {
      const rows = [...list.children];
      const here = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
      if (event.key === "Enter") {
        event.preventDefault();
        choose(rows[here]);
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !rows.length) return;
      event.preventDefault();
      rows[here]?.setAttribute("aria-selected", "false");
      const next = rows.at((here + step) % rows.length);
      next.setAttribute("aria-selected", "true");
      next.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", next.id);
    });
  }
}

// Which side this person worked with last; null when the browser keeps nothing.
function remembered() {
  try {
    return localStorage.getItem(MODE);
  } catch {
    return null;
  }
}
function remember(mode) {
  try {
    localStorage.setItem(MODE, mode);
  } catch {
    // It works all the same, only not the next time.
  }
}
customElements.define("otk-writer", Writer);
