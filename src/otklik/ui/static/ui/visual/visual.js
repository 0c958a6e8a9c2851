// The visual side of a text area, for articles and for letters. The text area stays the truth: every change is written into it as
// Markdown at once, and whatever was not touched stays letter by letter as it was (reading.js, writing.js).
import { EditorState, EditorView, Fragment, Selection, Slice, TextSelection, dropCursor, gapCursor, history, isInTable, tableEditing } from "../vendor/prosemirror.js";
import { boxes, looks } from "./boxes.js";
import { commands, heads, keysOf, typing } from "./commands.js";
import { Panels } from "./panels.js";
import { markdownIn, plainer, structured } from "./paste.js";
import { fragment, read } from "./reading.js";
import { schema } from "./schema.js";
import { write } from "./writing.js";

export { ARTICLE, LETTER } from "./grammar.js";

const { nodes, marks } = schema;
const URL_ALONE = /^https?:\/\/\S+$/;
const CARET = "\ue000"; // stands for the cursor where only letters can be told; nobody writes it

export class Visual {
  // `place` is where the words are shown (its data-* are the labels), `attributes` what else is said of it, `dialect` one of grammar.js;
  // `writer` has changed(), upload(files), open(offset).
  constructor({ area, place, row, tools, files, writer, dialect, attributes }) {
    Object.assign(this, { area, place, files, writer, dialect });
    const words = place.dataset;
    this.known = read(area.value, dialect);
    this.view = new EditorView(place, {
      state: this.fresh(),
      attributes: ({ doc }) => ({ role: "textbox", "aria-multiline": "true", ...(isBlank(doc) && { "data-blank": "" }), ...attributes }),
      nodeViews: boxes(words, files, (pos) => writer.open(this.offsetOf(pos))),
      dispatchTransaction: (transaction) => this.happened(transaction),
      handleDOMEvents: {
        keydown: (_view, event) => this.heed() || this.isOthers(event),
        pointerdown: () => this.panels.hold(),
        mouseup: () => this.heed(),
      },
      handlePaste: (_view, event) => this.pasted(event.clipboardData),
      handleKeyDown: (_view, event) => this.pressed(event),
      handleDrop: (_view, event) => this.dropped(event),
      transformPastedHTML: (html) => this.homely(html),
    });
    for (const part of [row, tools]) part.addEventListener("pointerdown", () => this.heed(), { capture: true });
    this.panels = new Panels(row, tools, this);
    this.panels.update();
  }
  fresh() {
    this.text = this.known.text;
    const ofArticles = this.dialect.isLetter ? [] : [looks, heads, tableEditing()];
    const plugins = [typing, ...keysOf(this.dialect), ...ofArticles, history(), dropCursor({ color: false, class: "drop-line" }), gapCursor()];
    return EditorState.create({ doc: this.known.doc, plugins });
  }
  happened(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    if (transaction.docChanged) {
      this.text = this.area.value = write(this.view.state.doc, this.known).text;
      this.writer.changed();
    }
    this.panels?.update();
  }

  // ── Between the two sides ──
  // Shows what stands in the text area, with the cursor where it stands there; on a line of its own if one was just begun.
  open({ isFirst, isTyping = false }) {
    if (this.area.value !== this.text) {
      this.known = read(this.area.value, this.dialect);
      this.view.updateState(this.fresh());
    }
    if (isFirst) return undefined;
    const { doc, tr } = this.view.state;
    const [from, to] = [this.area.selectionStart, this.area.selectionEnd].map((offset) => this.posOf(offset));
    const isNewLine = isTyping && /\n[ \t]*$/.test(this.area.value) && to === Selection.atEnd(doc).to;
    if (isNewLine) return this.view.dispatch(tr.insert(doc.content.size, nodes.paragraph.create()).setSelection(Selection.atEnd(tr.doc)).scrollIntoView());
    const chosen = from === to ? Selection.near(doc.resolve(from)) : TextSelection.between(doc.resolve(from), doc.resolve(to));
    return this.view.dispatch(tr.setSelection(chosen).scrollIntoView());
  }
  // Where a place in the Markdown is seen; the beginning of its block when it stands among the marks.
  posOf(offset) {
    const { doc } = this.view.state;
    const [before, after] = [this.area.value.slice(0, offset), this.area.value.slice(offset)];
    if (!after.trim()) return Selection.atEnd(doc).to;
    const told = read(before + CARET + after, this.dialect).doc;
    let found = null;
    told.descendants((node, pos) => {
      const at = node.isText ? node.text.indexOf(CARET) : -1;
      if (at >= 0) found = pos + at;
    });
    if (found !== null && EditorState.create({ doc: told }).tr.delete(found, found + 1).doc.eq(doc)) return found;
    const block = [...write(doc, this.known).starts].findLast(([, start]) => start <= offset)?.[0];
    let at = 0;
    for (const node of doc.children) {
      if (node === block) return at;
      at += node.nodeSize;
    }
    return 0;
  }
  // Where the cursor stands in the Markdown; of a block that has no other face, or of one at `pos`, the beginning.
  offsetOf(pos) {
    const { doc, selection: { $from }, tr } = this.view.state;
    const told = pos === undefined && $from.parent.isTextblock ? write(tr.insertText(CARET, $from.pos).doc, this.known).text : "";
    if (told.replace(CARET, "") === this.text && told) return told.indexOf(CARET);
    const { starts } = write(doc, this.known);
    return starts.get(doc.child(Math.min(doc.resolve(pos ?? $from.pos).index(0), doc.childCount - 1))) ?? 0;
  }
  // What stands in the cursor's block before it.
  before() {
    const { $from, empty } = this.view.state.selection;
    return empty && $from.parent.isTextblock ? $from.parent.textBetween(0, $from.parentOffset, "\n", "\n") : "";
  }
  focus() {
    this.view.focus();
  }

  // Reads at once what somebody has just selected: a busy browser tells of it later than of the press that follows, and by then the
  // focus is elsewhere and the selection forgotten.
  heed() {
    if (!this.view.composing) this.view.domObserver.flush();
  }

  // ── What the toolbar asks for ──
  mark(kind, text) {
    if (kind === "link" || kind === "video") return this.panels.ask(kind);
    if (kind in commands) commands[kind](this.view.state, this.view.dispatch);
    else this.insert(text);
    return this.focus();
  }
  link(words, href) {
    const { tr, selection } = this.view.state;
    const link = marks.link.create({ href });
    if (selection.empty) tr.replaceSelectionWith(schema.text(words, [link]), false);
    else tr.addMark(selection.from, selection.to, link);
    this.view.dispatch(tr.scrollIntoView());
    this.focus();
  }
  // Markdown in place of so many letters before the cursor.
  put(text, { over = 0 } = {}) {
    const { selection: { from }, tr } = this.view.state;
    if (over) this.view.dispatch(tr.delete(from - over, from));
    this.insert(text);
    this.focus();
  }
  // Markdown at the cursor: one line of words into the line, anything else as blocks of their own; in a letter it goes on with the line.
  insert(text) {
    const made = fragment(text, this.dialect);
    if (this.dialect.isLetter) return this.goOn(made);
    const only = made.length === 1 && made[0].type === nodes.paragraph ? made[0] : null;
    const isPicture = only?.childCount === 1 && only.firstChild.type === nodes.image;
    if (!only || (isPicture && !isInTable(this.view.state))) return this.insertNodes(made);
    return this.view.dispatch(this.view.state.tr.replaceSelection(new Slice(Fragment.from(only.content), 0, 0)).scrollIntoView());
  }
  goOn(made) {
    const isWords = (node) => Number(node?.type === nodes.paragraph);
    const slice = new Slice(Fragment.from(made), isWords(made[0]), isWords(made.at(-1)));
    this.view.dispatch(this.view.state.tr.replaceSelection(slice).scrollIntoView());
  }
  insertNodes(made) {
    const { tr, selection: { $to, to } } = this.view.state;
    const content = Fragment.from(made);
    let depth = $to.depth;
    while (depth > 0 && !$to.node(depth - 1).canReplace($to.indexAfter(depth - 1), $to.indexAfter(depth - 1), content)) depth -= 1;
    const isBlank = depth > 0 && depth === $to.depth && $to.parent.type === nodes.paragraph && !$to.parent.childCount;
    const [from, end] = isBlank ? [$to.before(depth), $to.after(depth)] : depth ? [$to.after(depth), $to.after(depth)] : [to, to];
    tr.replaceWith(from, end, content);
    const after = from + content.size;
    if (!tr.doc.resolve(after).nodeAfter?.isTextblock) tr.insert(after, nodes.paragraph.create());
    const first = made[0].type === nodes.table && Selection.near(tr.doc.resolve(from)).$from;
    tr.setSelection(first ? TextSelection.create(tr.doc, first.start(), first.end()) : TextSelection.create(tr.doc, after + 1));
    this.view.dispatch(tr.scrollIntoView());
  }

  // ── What comes from outside ──
  // Keys that are not the editor's: Esc leaves it, and a letter is sent.
  isOthers(event) {
    const sends = this.dialect.isLetter && event.key === "Enter" && (event.ctrlKey || event.metaKey);
    return !event.isComposing && (event.key === "Escape" || sends);
  }
  // Ctrl+Shift+V pastes the letters as they are.
  pressed(event) {
    this.isPlain = event.shiftKey && (event.ctrlKey || event.metaKey) && event.code === "KeyV";
    return false;
  }
  pasted(from) {
    const html = from.getData("text/html");
    if (from.files.length && (!html || isOnlyPicture(html))) {
      this.writer.upload([...from.files]);
      return true;
    }
    const plain = from.getData("text/plain");
    const url = plain.trim();
    if (this.view.state.selection.$from.parent.type === nodes.code_block) return false;
    if (!html && URL_ALONE.test(url)) {
      this.link(url, url);
      return true;
    }
    const markdown = this.isPlain || isInTable(this.view.state) || isOwn(html) ? "" : markdownIn(plain, unstyled(html), this.dialect);
    if (markdown) this.insert(markdown);
    return Boolean(markdown);
  }
  // The form's own listener takes the files; here they find their place.
  dropped(event) {
    if (!event.dataTransfer?.files.length) return false;
    const found = this.view.posAtCoords({ left: event.clientX, top: event.clientY });
    const { doc, tr } = this.view.state;
    if (found) this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(found.pos))));
    return true;
  }
  // HTML as we can take it; a picture copied from a page of ours is again its file.
  homely(html) {
    const bare = unstyled(html);
    const whole = isOwn(bare) ? bare : structured(bare);
    const text = this.dialect.isLetter ? plainer(whole) : whole;
    return Object.entries(this.files).reduce((found, [name, url]) => found.replaceAll(new URL(url, location).href, `file:${name}`), text);
  }
}

const isBlank = (doc) => doc.childCount === 1 && doc.firstChild.type === nodes.paragraph && !doc.firstChild.childCount;

// The policy forbids styles even while they are read: the schema looks into data-style instead.
const unstyled = (html) => html.replace(/<(style|script)\b[^]*?<\/\1>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
// What was copied in this editor itself.
const isOwn = (html) => /\sdata-pm-slice=/.test(html);
const isOnlyPicture = (html) => /<img\b/i.test(html) && !html.replace(/<!--[^]*?-->|<(style|title)\b[^]*?<\/\1>|<[^>]*>|&nbsp;/gi, "").trim();
