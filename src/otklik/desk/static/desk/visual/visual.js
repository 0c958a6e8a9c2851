// The visual side of the editor of an article. The text area stays the truth: every change is written into it as Markdown at once,
// and whatever was not touched stays letter by letter as it was (reading.js, writing.js).
import { EditorState, EditorView, Fragment, Selection, Slice, TextSelection, dropCursor, gapCursor, history, isInTable, tableEditing } from "../../ui/vendor/prosemirror.js";
import { boxes, looks } from "./boxes.js";
import { commands, heads, keys, typing } from "./commands.js";
import { Panels } from "./panels.js";
import { fragment, read } from "./reading.js";
import { schema } from "./schema.js";
import { write } from "./writing.js";

const { nodes, marks } = schema;
const URL_ALONE = /^https?:\/\/\S+$/;

export class Visual {
  // `place` is where the words are shown (its data-* are the labels), `writer` has changed(), upload(files), open(offset).
  constructor({ area, place, row, tools, files, writer }) {
    Object.assign(this, { area, place, files, writer });
    const words = place.dataset;
    this.known = read(area.value);
    this.view = new EditorView(place, {
      state: this.fresh(),
      attributes: { class: "prose", role: "textbox", "aria-multiline": "true", "aria-labelledby": words.labelledby, lang: words.lang },
      nodeViews: boxes(words, files, (pos) => writer.open(this.offsetOf(pos))),
      dispatchTransaction: (transaction) => this.happened(transaction),
      handlePaste: (_view, event) => this.pasted(event.clipboardData),
      handleDrop: (_view, event) => this.dropped(event),
      transformPastedHTML: (html) => this.homely(html),
    });
    this.panels = new Panels(row, tools, this);
    this.panels.update();
  }
  fresh() {
    this.text = this.known.text;
    return EditorState.create({ doc: this.known.doc, plugins: [typing, ...keys, looks, heads, tableEditing(), history(), dropCursor({ color: false, class: "drop-line" }), gapCursor()] });
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
  // Shows what stands in the text area, with the cursor in the same block.
  open({ isFirst }) {
    if (this.area.value !== this.text) {
      this.known = read(this.area.value);
      this.view.updateState(this.fresh());
    }
    if (isFirst) return;
    const { doc, tr } = this.view.state;
    const before = [...write(doc, this.known).starts].findLast(([, start]) => start <= this.area.selectionStart)?.[0];
    let at = 0;
    for (const node of doc.children) {
      if (node === before) break;
      at += node.nodeSize;
    }
    this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(before ? at : 0))).scrollIntoView());
  }
  // Where the block at `pos` (the cursor's, unless told) begins in the Markdown.
  offsetOf(pos = this.view.state.selection.from) {
    const { doc } = this.view.state;
    const { starts } = write(doc, this.known);
    return starts.get(doc.child(Math.min(doc.resolve(pos).index(0), doc.childCount - 1))) ?? 0;
  }
  focus() {
    this.view.focus();
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
  // Markdown at the cursor: one line of words into the line, anything else as blocks of their own.
  insert(text) {
    const made = fragment(text);
    const only = made.length === 1 && made[0].type === nodes.paragraph ? made[0] : null;
    const isPicture = only?.childCount === 1 && only.firstChild.type === nodes.image;
    if (!only || (isPicture && !isInTable(this.view.state))) return this.insertNodes(made);
    return this.view.dispatch(this.view.state.tr.replaceSelection(new Slice(Fragment.from(only.content), 0, 0)).scrollIntoView());
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
  pasted(from) {
    const html = from.getData("text/html");
    if (from.files.length && (!html || isOnlyPicture(html))) {
      this.writer.upload([...from.files]);
      return true;
    }
    const url = from.getData("text/plain").trim();
    if (html || !URL_ALONE.test(url) || this.view.state.selection.$from.parent.type === nodes.code_block) return false;
    this.link(url, url);
    return true;
  }
  // The form's own listener takes the files; here they find their place.
  dropped(event) {
    if (!event.dataTransfer?.files.length) return false;
    const found = this.view.posAtCoords({ left: event.clientX, top: event.clientY });
    const { doc, tr } = this.view.state;
    if (found) this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(found.pos))));
    return true;
  }
  // HTML as we can take it: the policy forbids styles even while they are read (the schema looks into data-style instead), and
  // a picture copied from a page of ours is again its file.
  homely(html) {
    const bare = html.replace(/<(style|script)\b[^]*?<\/\1>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
    return Object.entries(this.files).reduce((text, [name, url]) => text.replaceAll(new URL(url, location).href, `file:${name}`), bare);
  }
}

const isOnlyPicture = (html) => /<img\b/i.test(html) && !html.replace(/<!--[^]*?-->|<(style|title)\b[^]*?<\/\1>|<[^>]*>|&nbsp;/gi, "").trim();
