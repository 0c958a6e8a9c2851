// Tools for what the cursor stands in: the style of a block, a link's address, a picture's words, a box, a table. A page has those it offers.
import { NodeSelection } from "../vendor/prosemirror.js";
import { around, commands, isOn, styleOf, styled } from "./commands.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;
const PRESSES_TWICE_WITHIN_MS = 400;

export class Panels {
  // `row` holds the panels, `tools` the buttons that can be pressed.
  constructor(row, tools, visual) {
    Object.assign(this, { row, tools, visual, pressedAt: -Infinity });
    this.parts = Object.fromEntries([...row.querySelectorAll("[data-at]")].map((part) => [part.dataset.at, part]));
    row.addEventListener("click", ({ target }) => this.pressed(target.closest("[data-do]")?.dataset.do));
    row.addEventListener("change", ({ target }) => this.chosen(target));
    row.addEventListener("keydown", (event) => this.key(event));
    row.addEventListener("focusin", () => (this.at ??= this.state.selection));
    row.addEventListener("focusout", () => setTimeout(() => row.contains(document.activeElement) || (this.at = null)));
  }
  get state() {
    return this.visual.view.state;
  }
  // Where words typed into a panel belong: to the place for which it was opened.
  get place() {
    const { doc, selection, tr } = this.state;
    return { doc, tr, selection: this.at?.$from.doc === doc ? this.at : selection };
  }

  update() {
    for (const [kind, is] of Object.entries(isOn)) this.tools.querySelector(`[data-put="${kind}"]`)?.setAttribute("aria-pressed", String(is(this.state)));
    clearTimeout(this.later);
    const rest = this.pressedAt + PRESSES_TWICE_WITHIN_MS - performance.now();
    if (rest > 0) this.later = setTimeout(() => this.arrange(), rest);
    else this.arrange();
  }
  // The words were pressed and may be pressed once more: until then no panel comes or goes, which would move them away from under the hand.
  hold() {
    this.pressedAt = performance.now();
  }
  arrange() {
    const { state } = this;
    const link = linkAt(state);
    const picture = state.selection.node?.type === nodes.image ? state.selection.node : null;
    const callout = around(state, nodes.callout)?.node;
    if (this.field("style")) this.field("style").value = styleOf(state);
    this.show("link", this.asked === "link" || link, { href: link?.mark.attrs.href ?? "" });
    this.show("video", this.asked === "video", {});
    this.show("picture", picture, picture && { alt: picture.attrs.alt, title: picture.attrs.title });
    this.show("callout", callout, callout && { kind: callout.attrs.kind, label: callout.attrs.title });
    this.show("list", around(state, nodes.list_item));
    this.show("table", around(state, nodes.table));
  }
  rest() {
    for (const button of this.tools.querySelectorAll("[aria-pressed]")) button.removeAttribute("aria-pressed");
  }
  field(name) {
    return this.row.querySelector(`[data-field="${name}"]`);
  }
  show(name, is, values = {}) {
    if (!this.parts[name]) return;
    this.parts[name].hidden = !is;
    for (const [field, value] of Object.entries(values ?? {})) {
      const input = this.field(field);
      if (input && input !== document.activeElement) input.value = value;
    }
  }

  // Ask for the address of a new link or video; Enter puts it in.
  ask(name) {
    this.asked = name;
    for (const input of this.parts[name].querySelectorAll("input")) input.value = "";
    this.arrange();
    this.parts[name].querySelector("input").focus();
  }
  done() {
    this.asked = null;
    this.visual.view.focus();
    this.update();
  }

  pressed(what) {
    if (!what) return;
    if (what === "unlink") this.relink(null);
    else if (what === "video") this.video();
    else commands[what](this.state, this.visual.view.dispatch);
    if (what !== "video") this.done();
  }
  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.done();
    }
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (this.asked === "video") return this.video();
    event.target.blur();
    this.done();
    return undefined;
  }
  chosen({ dataset: { field }, value }) {
    const { view, dialect } = this.visual;
    const { tr, selection } = this.place;
    if (field === "style") {
      styled(value)(this.state, view.dispatch);
      view.focus();
    } else if (field === "href") this.relink(addressed(value, dialect));
    else if (["alt", "title"].includes(field) && selection.node?.type === nodes.image) {
      tr.setNodeMarkup(selection.from, null, { ...selection.node.attrs, [field]: value.trim() });
      view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, selection.from)));
    } else if (["kind", "label"].includes(field)) {
      const { node, pos } = around(this.place, nodes.callout) ?? {};
      if (node) view.dispatch(tr.setNodeMarkup(pos, null, { ...node.attrs, [field === "label" ? "title" : field]: value.trim() }));
    }
  }

  relink(href) {
    const { view } = this.visual;
    const { tr, selection } = this.place;
    const link = linkAt(this.place);
    const { from, to } = link ?? selection;
    this.asked = null;
    if (from === to) return href && view.dispatch(tr.insertText(href, from).addMark(from, from + href.length, marks.link.create({ href })));
    tr.removeMark(from, to, marks.link);
    return view.dispatch(href ? tr.addMark(from, to, marks.link.create({ href })) : tr);
  }
  video() {
    const href = addressed(this.field("video").value, this.visual.dialect);
    if (!href) return this.field("video").focus();
    const words = this.field("shows").value.trim() || href;
    this.visual.insertNodes([nodes.paragraph.create(null, schema.text(words, [marks.link.create({ href })]))]);
    return this.done();
  }
}

// An address as people write it; '' when it may not be a link.
function addressed(written, { mayLink }) {
  const url = written.trim();
  if (!url || !mayLink(url)) return "";
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(url)) return `mailto:${url}`;
  return /^(www\.|[\p{L}\d-]+(\.[\p{L}\d-]+)+([/?#]|$))/u.test(url) && !/^[a-z]+:/i.test(url) ? `https://${url}` : url;
}

// The link under the cursor and how far it goes: { mark, from, to }, or undefined.
function linkAt({ selection: { $from, from, to, node } }) {
  const at = $from.parent.isTextblock && !node ? $from.parent : null;
  const here = at && (at.childAfter($from.parentOffset).node ?? at.childBefore($from.parentOffset).node);
  const mark = here && (marks.link.isInSet(here.marks) ?? marks.link.isInSet($from.marks()));
  if (!mark) return undefined;
  let [begin, end, offset, running] = [null, null, $from.start(), null];
  at.forEach((child, place) => {
    const start = offset + place;
    if (!mark.isInSet(child.marks)) return void (running = null);
    running ??= start;
    if (running <= from && start + child.nodeSize >= to) [begin, end] = [running, start + child.nodeSize];
    else if (begin === running) end = start + child.nodeSize;
  });
  return begin === null ? undefined : { mark, from: begin, to: end };
}
