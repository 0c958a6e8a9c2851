// What is seen → Markdown. A block that is as it was read gives its source, letter by letter; only what is new is written.
import { Fragment, MarkdownSerializerState, defaultMarkdownSerializer } from "../vendor/prosemirror.js";
import { isFence, missingEnd, opensStaff } from "./grammar.js";

const { nodes: plain, marks: plainMarks } = defaultMarkdownSerializer;
const OTHER = { "-": "*", "*": "-", "+": "-", ".": ")", ")": "." };
const RULES = { left: ":--", center: ":-:", right: "--:" };
const NEW = -1;
const [BARE, ANGLED] = [["", ""], ["<", ">"]];

// ── The whole ──
// { text, starts }: the Markdown of `doc`, and where its top blocks begin. `known` is what `read` gave.
export function write(doc, known) {
  const { text, starts, isWhole } = joined(doc.children, { ...known, isMoved: known.definitions !== null && known.definitions !== rawIn(doc) });
  if (doc.eq(known.doc)) return { text: known.text, starts };
  const end = known.tail.includes("\n") && text && !known.dialect.isLetter ? "\n" : "";
  return { text: text + (isWhole ? known.tail : end), starts };
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
    last = { node, unchanged, mark, origin, number: node.attrs.origin ?? NEW, end: missingEnd(source, known.dialect), isLine: ["heading", "horizontal_rule"].includes(node.type.name) };
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
    const state = new State(nodes, marks, { dialect: known.dialect });
    state.render(node, node, 0);
    remembered.set(node, known.dialect.isLetter ? state.out : guarded(state.out, opensStaff));
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
  // Of several ways to write a line the first that is read as it was meant. Stars that would stay stars (`**«so»**so`) are moved
  // off the edge or left out: the words come first.
  renderInline(parent, fromBlockStart = true) {
    if (!parent.childCount) return;
    this.write();
    const before = this.out;
    const { markdown } = this.options.dialect;
    const meant = linked(parent, markdown);
    const read = (version, addresses) => {
      Object.assign(this, { out: before, addresses });
      super.renderInline(version, fromBlockStart);
      return readings(this.out.slice(before.length).replaceAll(`\n${this.delim}`, "\n"), markdown);
    };
    const [words, links] = meanings(meant, markdown);
    const ways = [[meant, BARE], [meant, ANGLED], [meant, null], [eased(meant), null], [unmarked(meant), null]];
    const isMeant = (way) => ((found) => found[0] === words && found[1] === links)(read(...way));
    if (!ways.some(isMeant) && !ways.some((way) => read(...way)[0] === words)) read(...ways.at(-1));
  }
  esc(text, startOfLine = false) {
    const inWord = (at) => /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") && /[\p{L}\p{N}]/u.test(text[at + 1] ?? "");
    const safe = text.replace(/[`*\\[\]_]|~(?=~)|(?<=~)~|<(?=[a-z/!?])|&(?=#?[a-z0-9]+;)|:(?=::|\/\/)/gi, (found, at) => (found === "_" && inWord(at) ? found : `\\${found}`));
    if (!startOfLine && !this.out.endsWith(`\n${this.delim}`)) return safe;
    return safe
      .replace(/^[ \t]+/, "")
      .replace(/^[^\S ]/, spelt)
      .replace(/^(?:[+-](?=\s|$)|>|=+\s*$|[-:|][-:|\s]*$|#{1,6}(?=\s|$))/, "\\$&")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  }
}

// ── Lines ──
// The words without spaces, and where their links lead: of nodes, and of what Markdown makes of a text.
const bare = (words, links) => [words.replace(/\s+/g, ""), links.join(" ")];
const linkOf = (node) => node?.marks.find(({ type }) => type.name === "link");

function meanings(parent, markdown) {
  const begun = parent.children.filter((node, place) => linkOf(node) && linkOf(node) !== linkOf(parent.maybeChild(place - 1)));
  return bare(parent.textContent, begun.map((node) => markdown.normalizeLink(linkOf(node).attrs.href)));
}
function readings(text, markdown) {
  const tokens = markdown.parseInline(text, {})[0].children;
  const words = tokens.map(({ type, content }) => (type === "image" ? "" : content));
  return bare(words.join(""), tokens.filter(({ type }) => type === "link_open").map((token) => token.attrGet("href")));
}

// Addresses in the words are links, as they will be for the reader.
function linked(parent, markdown) {
  const { link, code } = parent.type.schema.marks;
  const parts = parent.children.flatMap((node) => {
    const found = node.isText && !link.isInSet(node.marks) && !code.isInSet(node.marks) ? (markdown.linkify.match(node.text) ?? []) : [];
    const ends = [0, ...found.flatMap(({ index, lastIndex }) => [index, lastIndex]), node.nodeSize];
    if (!found.length) return [node];
    const cuts = ends.slice(1).map((end, n) => [ends[n], end, n % 2 ? found[(n - 1) / 2].url : null]);
    return cuts.filter(([from, to]) => from < to).map(([from, to, href]) => (href ? node.cut(from, to).mark(link.create({ href }).addToSet(node.marks)) : node.cut(from, to)));
  });
  return parent.copy(rejoined(parts));
}
const isAddress = ({ attrs: { href, title } }, text) => !title && (href === text || href === `mailto:${text}`) && /^\w+:/.test(href);

// ── Emphasis ──
const SOFT = new Set(["em", "strong", "strike"]);
const without = (node, marks) => node.mark(node.marks.filter((mark) => !marks.includes(mark)));
const unmarked = (parent) => parent.copy(rejoined(parent.children.map((node) => without(node, node.marks.filter(({ type }) => SOFT.has(type.name))))));
const rejoined = (nodes) => nodes.reduce((all, node) => all.append(Fragment.from(node)), Fragment.empty);

// Emphasis begins and ends at a letter.
function eased(parent) {
  const edges = parent.children.flatMap((node, place) => {
    const soft = node.marks.filter(({ type }) => SOFT.has(type.name));
    const lacks = (other) => soft.filter((mark) => !other || !mark.isInSet(other.marks));
    const [begun, ended] = [lacks(parent.maybeChild(place - 1)), lacks(parent.maybeChild(place + 1))];
    if (!node.isText || node.marks.length > soft.length) return [without(node, [...begun, ...ended])];
    const [, lead, words, trail] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(node.text);
    if (!words) return [without(node, [...begun, ...ended])];
    const [from, to] = [begun.length ? lead.length : 0, node.text.length - (ended.length ? trail.length : 0)];
    const parts = [[0, from, begun], [from, to, []], [to, node.text.length, ended]];
    return parts.filter(([a, b]) => a < b).map(([a, b, marks]) => without(node.cut(a, b), marks));
  });
  return parent.copy(rejoined(edges));
}

function items(state, node, first) {
  const mayInterrupt = (node.attrs.order ?? 1) === 1 && node.firstChild.textContent.trim();
  if (state.inTightList && state.closed && mayInterrupt) state.flushClose(1);
  const around = state.inTightList;
  state.inTightList = node.attrs.tight;
  node.forEach((child, _offset, place) => {
    if (place && node.attrs.tight) state.flushClose(1);
    const lead = first(place);
    state.wrapBlock(" ".repeat(lead.length), lead, node, () => state.render(child, node, place));
  });
  state.inTightList = around;
}

// What stands around a box does not decide how close the lines in it are.
function boxed(state, node, write) {
  const around = state.inTightList;
  state.inTightList = false;
  state.wrapBlock("> ", null, node, write);
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
    state.renderInline(node);
    state.out = state.out.replace(/(?<=(?::\/\/|@)\S*)[^\S \n]+$/, "").replace(/[^\S \n]$/, spelt);
    state.closeBlock(node);
  },
  heading(state, node) {
    state.write(`${"#".repeat(node.attrs.level)} `);
    const from = state.out.length;
    state.renderInline(node, false);
    state.out = state.out.slice(0, from) + state.out.slice(from).replace(/#(?=#*\s*$)/, "\\#");
    state.closeBlock(node);
  },
  blockquote: (state, node) => boxed(state, node, () => state.renderContent(node)),
  callout(state, node) {
    boxed(state, node, () => {
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
    const rows = node.children.map((row) => row.children.map((one) => cell(one, state.options)));
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
  hard_break(state, node, parent, place) {
    const isBetween = (child) => child?.isText && child.text.trim();
    const isBare = state.options.dialect.isLetter && isBetween(parent.maybeChild(place - 1)) && isBetween(parent.maybeChild(place + 1));
    if (parent.children.slice(place + 1).some(({ type, text }) => type !== node.type && text?.trim() !== "")) state.write(isBare ? "\n" : "\\\n");
  },
  text: (state, node) => state.text(node.text.replace(/\s*\n\s*/g, " "), !state.inAutolink),
};

const address = (url) => url.trim().replace(/[\s<>]/g, encodeURIComponent).replace(/[()\\]/g, "\\$&");
const quoted = (title) => title && ` "${title.replace(/\s+/g, " ").replace(/["\\]/g, "\\$&")}"`;

const marks = {
  ...plainMarks,
  strike: { open: "~~", close: "~~", mixable: true, expelEnclosingWhitespace: true },
  link: {
    mixable: true,
    open(state, mark, parent, place) {
      const node = parent.child(place);
      state.inAutolink = state.addresses && node.isText && isAddress(mark, node.text) && node.marks.at(-1) === mark && linkOf(parent.maybeChild(place + 1)) !== mark;
      return state.inAutolink ? state.addresses[0] : "[";
    },
    close(state, { attrs: { href, title } }) {
      const isAlone = state.inAutolink;
      state.inAutolink = undefined;
      return isAlone ? state.addresses[1] : `](${address(href)}${quoted(title)})`;
    },
  },
};

function cell(node, options) {
  const state = new State(nodes, marks, options);
  state.renderInline(node.firstChild, false);
  return state.out.replace(/\\?\n/g, " ").replace(/\|/g, "\\|").trim();
}
