// What is seen → Markdown. A block that is as it was read gives its source, letter by letter; only what is new is written.
import { MarkdownSerializerState, defaultMarkdownSerializer } from "../../ui/vendor/prosemirror.js";
import { isFence, markdown, missingEnd, opensStaff } from "./grammar.js";

const { nodes: plain, marks: plainMarks } = defaultMarkdownSerializer;
const OTHER = { "-": "*", "*": "-", "+": "-", ".": ")", ")": "." };
const RULES = { left: ":--", center: ":-:", right: "--:" };
const NEW = -1;

// ── The whole ──
// { text, starts }: the Markdown of `doc`, and where its top blocks begin. `known` is what `read` gave.
export function write(doc, known) {
  const { text, starts, isWhole } = joined(doc.children, { ...known, isMoved: known.definitions !== null && known.definitions !== rawIn(doc) });
  if (doc.eq(known.doc)) return { text: known.text, starts };
  return { text: text + (isWhole ? known.tail : known.tail.includes("\n") && text ? "\n" : ""), starts };
}

export const rawIn = (doc) => doc.children.filter(({ type }) => type.name === "raw").map(({ attrs }) => attrs.source).join("\n");

function joined(nodes, known) {
  const starts = new Map();
  let text = "";
  let last = null;
  for (const node of nodes) {
    const origin = known.origins[node.attrs.origin];
    const unchanged = origin?.node.eq(node) && !(known.isMoved && origin.refers);
    if (!unchanged && isEmpty(node)) continue;
    const follows = origin?.before === (last ? last.number : null);
    const rests = unchanged && follows && (last?.unchanged ?? true);
    const mark = !rests && last?.node.type === node.type && last.mark === node.attrs.mark ? OTHER[last.mark] : node.attrs.mark;
    const verbatim = rests || (unchanged && mark === node.attrs.mark && (node.type.name === "raw" || /^\S/.test(origin.source)));
    const marked = mark === node.attrs.mark ? node : node.type.create({ ...node.attrs, mark }, node.content);
    if (last) text += last.end + (rests || (follows && (/\n[ \t]*\n/.test(origin.gap) || last.isLine)) ? origin.gap : "\n\n");
    else if (follows) text += origin.gap;
    starts.set(node, text.length);
    const source = verbatim ? origin.source : written(marked, known);
    text += source;
    last = { node, unchanged, mark, origin, number: node.attrs.origin ?? NEW, end: missingEnd(source), isLine: ["heading", "horizontal_rule"].includes(node.type.name) };
  }
  return { text, starts, isWhole: last?.origin?.isLast ?? false };
}

// A hard space at the edge of a line is for the server a space like others, and goes, unless it is spelt.
const spelt = (space) => `&#${space.codePointAt(0)};`;

const isEmpty = (node) => node.isTextblock && node.type.name !== "code_block" && !node.textContent.trim() && !node.children.some(({ type }) => type.name === "image");

// ── One block ──
const remembered = new WeakMap();

export function written(node, known) {
  if (node.type.name === "staff") return staff(node, known);
  if (node.type.name === "raw") return node.attrs.source;
  if (!remembered.has(node)) {
    const state = new State(nodes, marks, {});
    state.render(node, node, 0);
    remembered.set(node, guarded(state.out, opensStaff));
  }
  return remembered.get(node);
}

// Nothing that is written between the fences may be taken for one: it would end the block and show the rest to customers.
function staff(node, known) {
  const { text, isWhole } = joined(node.children, known);
  const tail = (isWhole && known.origins[node.attrs.origin]?.tail) || "";
  return `:::staff\n${guarded(text + tail, isFence)}\n:::`;
}

const guarded = (text, isMeant) => text.split("\n").map((line) => (isMeant(line) ? line.replace(":::", "\\:::") : line)).join("\n");

class State extends MarkdownSerializerState {
  renderContent(parent) {
    parent.forEach((node, _offset, place) => (isEmpty(node) && parent.childCount > 1) || this.render(node, parent, place));
  }
  esc(text, startOfLine = false) {
    const inWord = (at) => /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") && /[\p{L}\p{N}]/u.test(text[at + 1] ?? "");
    const safe = text.replace(/[`*\\[\]_]|~(?=~)|(?<=~)~|<(?=[a-z/!?])|&(?=#?[a-z0-9]+;)|:(?=::)/gi, (found, at) => (found === "_" && inWord(at) ? found : `\\${found}`));
    if (!startOfLine && !this.out.endsWith(`\n${this.delim}`)) return safe;
    return safe
      .replace(/^[ \t]+/, "")
      .replace(/^[^\S ]/, spelt)
      .replace(/^(?:[+-](?=\s|$)|>|=+\s*$|[-:|][-:|\s]*$|#{1,6}(?=\s|$))/, "\\$&")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  }
}

function items(state, node, first) {
  if (state.inTightList && state.closed) state.flushClose(1);
  const around = state.inTightList;
  state.inTightList = node.attrs.tight;
  node.forEach((child, _offset, place) => {
    if (place && node.attrs.tight) state.flushClose(1);
    const lead = first(place);
    state.wrapBlock(" ".repeat(lead.length), lead, node, () => state.render(child, node, place));
  });
  state.inTightList = around;
}

// Two lists in a row would become one: the second takes another mark.
function markOf(parent, place) {
  const { type, attrs } = parent.child(place);
  const isSame = place > 0 && parent.child(place - 1).type === type && markOf(parent, place - 1) === attrs.mark;
  return isSame ? OTHER[attrs.mark] : attrs.mark;
}
const markIn = (node, parent, place) => (parent === node ? node.attrs.mark : markOf(parent, place));

const nodes = {
  ...plain,
  paragraph(state, node) {
    const only = node.childCount === 1 && node.firstChild.isText && node.firstChild.marks.length === 1 && node.firstChild.marks[0];
    if (only && only.attrs.href === node.textContent && isLinkified(node.textContent)) state.write(node.textContent);
    else state.renderInline(node);
    state.out = state.out.replace(/[^\S \n]$/, spelt);
    state.closeBlock(node);
  },
  heading(state, node) {
    state.write(`${"#".repeat(node.attrs.level)} `);
    const from = state.out.length;
    state.renderInline(node, false);
    state.out = state.out.slice(0, from) + state.out.slice(from).replace(/#(?=#*\s*$)/, "\\#");
    state.closeBlock(node);
  },
  callout(state, node) {
    state.wrapBlock("> ", null, node, () => {
      state.write(`[!${node.attrs.kind.toUpperCase()}]${node.attrs.title && ` ${state.esc(node.attrs.title)}`}`);
      state.ensureNewLine();
      if (node.firstChild.type.name !== "paragraph") state.out += `${state.delim.trimEnd()}\n`;
      state.renderContent(node);
    });
  },
  bullet_list: (state, node, parent, place) => items(state, node, () => `${markIn(node, parent, place)} `),
  ordered_list: (state, node, parent, place) => items(state, node, (n) => `${node.attrs.order + n}${markIn(node, parent, place)} `),
  horizontal_rule(state, node) {
    state.write(state.delim ? "___" : "---");
    state.closeBlock(node);
  },
  table(state, node) {
    const rows = node.children.map((row) => row.children.map(cell));
    const width = Math.max(...rows.map((row) => row.length));
    const line = (row) => `| ${Array.from({ length: width }, (_none, n) => row[n] ?? "").join(" | ")} |`;
    const rules = Array.from({ length: width }, (_none, n) => RULES[node.firstChild.maybeChild(n)?.attrs.side] ?? "---");
    [line(rows[0]), `|${rules.join("|")}|`, ...rows.slice(1).map(line)].forEach((row, n) => {
      if (n) state.ensureNewLine();
      state.write(row);
    });
    state.closeBlock(node);
  },
  image(state, { attrs: { src, alt, title } }) {
    state.write(`![${state.esc(alt.replace(/\s+/g, " "))}](${address(src)}${quoted(title)})`);
  },
  text: (state, node) => state.text(node.text.replace(/\s*\n\s*/g, " "), !state.inAutolink),
};

const address = (url) => url.trim().replace(/[\s<>]/g, encodeURIComponent).replace(/[()\\]/g, "\\$&");
const quoted = (title) => title && ` "${title.replace(/\s+/g, " ").replace(/["\\]/g, "\\$&")}"`;
const isLinkified = (text) => markdown.linkify.match(text)?.[0].raw === text;

const marks = {
  ...plainMarks,
  strike: { open: "~~", close: "~~", mixable: true, expelEnclosingWhitespace: true },
  link: {
    ...plainMarks.link,
    close(state, { attrs: { href, title } }) {
      const isBare = state.inAutolink;
      state.inAutolink = undefined;
      return isBare ? ">" : `](${address(href)}${quoted(title)})`;
    },
  },
};

function cell(node) {
  const state = new State(nodes, marks, {});
  state.renderInline(node.firstChild, false);
  return state.out.replace(/\\?\n/g, " ").replace(/\|/g, "\\|").trim();
}
