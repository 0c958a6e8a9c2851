// What an article consists of when it is seen, not read as marks. `origin` is the number of the source that a block came from.
import { Schema } from "../vendor/prosemirror.js";
import { mayLink } from "./grammar.js";

const origin = { origin: { default: null } };
const cell = { content: "paragraph", isolating: true, attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null }, side: { default: null } } };
const side = (dom) => ({ side: dom.dataset.side ?? null });
const sided = (tag) => (node) => [tag, { "data-side": node.attrs.side }, 0];
const BLOCKS = "p, div, br, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, pre";

// A cell of Markdown is one line: what stood on several becomes it.
function inLine(dom) {
  const line = dom.cloneNode(true);
  for (const block of line.querySelectorAll(BLOCKS)) block.replaceWith(" ", ...block.childNodes);
  return line;
}
const list = { content: "list_item+", group: "block" };
const levels = [1, 2, 3, 4, 5, 6];
const LABEL = ":scope > .callout-label";

const nodes = {
  doc: { content: "(block | whole)+" },
  paragraph: { content: "inline*", group: "block", attrs: origin, parseDOM: [{ tag: "p.callout-label", ignore: true, priority: 60 }, { tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    content: "(text | image)*",
    group: "block",
    defining: true,
    attrs: { level: { default: 2 }, ...origin },
    parseDOM: levels.map((level) => ({ tag: `h${level}`, attrs: { level: Math.max(level, 2) } })),
    toDOM: ({ attrs: { level } }) => [`h${Math.max(level, 2)}`, 0],
  },
  blockquote: { content: "block+", group: "block", defining: true, attrs: origin, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  callout: {
    content: "block+",
    group: "block",
    defining: true,
    attrs: { kind: { default: "note" }, title: { default: "" }, ...origin },
    parseDOM: [{ tag: "div.callout", getAttrs: (dom) => ({ kind: dom.dataset.kind ?? "note", title: dom.dataset.title ?? dom.querySelector(LABEL)?.textContent ?? "" }) }],
    toDOM: ({ attrs: { kind, title } }) => ["div", { class: "callout", "data-kind": kind, "data-title": title }, 0],
  },
  bullet_list: { ...list, attrs: { tight: { default: true }, mark: { default: "-" }, ...origin }, parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: {
    ...list,
    attrs: { order: { default: 1 }, tight: { default: true }, mark: { default: "." }, ...origin },
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: Math.max(0, dom.start || 1) }) }],
    toDOM: ({ attrs: { order } }) => ["ol", { start: order === 1 ? null : order }, 0],
  },
  list_item: { content: "block+", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  code_block: {
    content: "text*",
    group: "block",
    code: true,
    defining: true,
    marks: "",
    attrs: { params: { default: "" }, ...origin },
    parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
    toDOM: () => ["pre", ["code", 0]],
  },
  horizontal_rule: { group: "block", attrs: origin, parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  table: { content: "table_row+", tableRole: "table", isolating: true, group: "block", attrs: origin, parseDOM: [{ tag: "table" }], toDOM: () => ["div", { class: "table-frame" }, ["table", ["tbody", 0]]] },
  table_row: { content: "(table_cell | table_header)*", tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
  table_cell: { ...cell, tableRole: "cell", parseDOM: [{ tag: "td", getAttrs: side, contentElement: inLine }], toDOM: sided("td") },
  table_header: { ...cell, tableRole: "header_cell", parseDOM: [{ tag: "th", getAttrs: side, contentElement: inLine }], toDOM: sided("th") },
  // For colleagues only; stands at the top, never in another block, and no raw block in it.
  staff: { content: "block+", group: "whole", defining: true, isolating: true, attrs: origin, parseDOM: [{ tag: "div.for-staff" }], toDOM: () => ["div", { class: "for-staff" }, 0] },
  // Markdown that is shown as it is written, moved and removed as a whole.
  raw: {
    group: "whole",
    atom: true,
    draggable: true,
    attrs: { source: { default: "" }, ...origin },
    parseDOM: [{ tag: "pre[data-source]", priority: 60, getAttrs: (dom) => ({ source: dom.dataset.source }) }],
    toDOM: ({ attrs: { source } }) => ["pre", { "data-source": source }, source],
  },
  text: { group: "inline" },
  image: {
    inline: true,
    group: "inline",
    draggable: true,
    attrs: { src: {}, alt: { default: "" }, title: { default: "" } },
    parseDOM: [{ tag: "img[src]", getAttrs: picture }],
    toDOM: ({ attrs: { src, alt, title } }) => ["img", { src, alt, title: title || null }],
  },
  hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
};

// A picture copied from our own pages stands for its file; one without a lasting address is not taken.
function picture(dom) {
  const src = dom.dataset.file ?? dom.getAttribute("src");
  return /^(file|https?):/i.test(src) && { src, alt: dom.alt, title: dom.title };
}

// How other programs write what has no tag of its own: see `homely` in visual.js.
const styled = (pattern) => (dom) => pattern.test(dom.dataset.style) && null;

const marks = {
  em: { parseDOM: [{ tag: "i" }, { tag: "em" }, { tag: "span[data-style]", consuming: false, getAttrs: styled(/font-style:\s*italic/) }], toDOM: () => ["em"] },
  strong: {
    parseDOM: [
      { tag: "strong" },
      { tag: "b", getAttrs: (dom) => !/font-weight:\s*(normal|400)/.test(dom.dataset.style) && null },
      { tag: "span[data-style]", consuming: false, getAttrs: styled(/font-weight:\s*(bold|[6-9]00)/) },
    ],
    toDOM: () => ["strong"],
  },
  strike: { parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }], toDOM: () => ["s"] },
  link: {
    attrs: { href: {}, title: { default: "" } },
    inclusive: false,
    parseDOM: [{ tag: "a[href]", getAttrs: (dom) => mayLink(dom.getAttribute("href")) && { href: dom.getAttribute("href"), title: dom.title } }],
    toDOM: ({ attrs: { href, title } }) => ["a", { href, title: title || null, class: href.startsWith("file:") ? "attachment" : null }],
  },
  code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code"] },
};

export const schema = new Schema({ nodes, marks });
