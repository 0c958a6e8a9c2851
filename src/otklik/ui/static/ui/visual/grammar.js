// Markdown as the server reads it, and where its blocks stand: that of an article (knowledge/rendering/grammar.py, staff.py) and that
// of a letter (ui/letters.py), which has no tables, boxes, pictures or lines for staff, and whose lines end where they were ended.
import { MarkdownIt } from "../vendor/prosemirror.js";

const EVERYWHERE = ["http", "https", "mailto", "tel"];
const SCHEMES = new Set([...EVERYWHERE, "article", "file"]);
const CALLOUT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*/i;
// What Python calls a space, which is not quite what JavaScript does: the lines for staff must be the server's.
const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const FENCE = `^(?:[${SPACES}>*+\\-\\u200b\\u2060\\ufeff]|\\p{Nd}{1,9}[.)])*:{3,}[${SPACES}]*`;
const OPENS_STAFF = new RegExp(`${FENCE}staff(?![\\p{L}\\p{N}_])`, "iu");
const OPENS = new RegExp(`${FENCE}[\\p{L}\\p{Nl}\\p{No}]`, "u");
const CLOSES = new RegExp(`${FENCE}$`, "u");

const schemeOf = (url) => (/^\s*([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? "http").toLowerCase();
export const mayLink = (url) => SCHEMES.has(schemeOf(url));
export const opensStaff = (line) => OPENS_STAFF.test(line);
export const isFence = (line) => OPENS.test(line) || CLOSES.test(line);

// A dialect: { markdown, mayLink(url), isLetter }.
function dialect(isLetter, rules, allows) {
  const markdown = new MarkdownIt("commonmark", { html: false, linkify: true, breaks: isLetter }).enable([...rules, "strikethrough", "linkify"]);
  markdown.validateLink = allows;
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false });
  return { markdown, mayLink: allows, isLetter };
}

export const ARTICLE = dialect(false, ["table"], mayLink);
ARTICLE.markdown.renderer.rules.softbreak = () => " ";
ARTICLE.markdown.core.ruler.push("callouts", callouts);
ARTICLE.markdown.core.ruler.push("cells", cells);

export const LETTER = dialect(true, [], (url) => EVERYWHERE.includes(schemeOf(url)));
LETTER.markdown.core.ruler.push("addresses", addresses);

// ── Rules ──
// `> [!TIP] Title` makes a quotation a callout. A title with marks in it is not ours to write again: env.odd says so.
function callouts(state) {
  const opened = [];
  state.tokens = state.tokens.flatMap((token, place, all) => {
    if (token.type === "blockquote_close" && opened.pop()) return [Object.assign(token, { type: "callout_close", tag: "div" })];
    if (token.type !== "blockquote_open") return token.gone ? [] : [token];
    const found = all[place + 1].type === "paragraph_open" && callout(all.slice(place + 1, place + 4), state.env);
    opened.push(found);
    if (found) Object.assign(token, { type: "callout_open", tag: "div", attrs: Object.entries(found) });
    return [token];
  });
}

function callout([opens, inline, closes], env) {
  const marked = inline.children[0]?.type === "text" && CALLOUT.exec(inline.children[0].content);
  if (!marked) return null;
  const found = inline.children.findIndex(({ type }) => type === "softbreak" || type === "hardbreak");
  const end = found < 0 ? inline.children.length : found;
  const title = inline.children.slice(0, end);
  if (title.some(({ type }) => type !== "text")) env.odd = true;
  inline.children = inline.children.slice(end + 1);
  if (!inline.children.length) opens.gone = inline.gone = closes.gone = true;
  return { kind: marked[1].toLowerCase(), title: title.map(({ content }) => content).join("").slice(marked[0].length).trim() };
}

// A letter shows the address of a picture, not the picture: that would tell who opened it.
function addresses(state) {
  for (const { children } of state.tokens.filter(({ type }) => type === "inline")) {
    const made = children.flatMap((token) => (token.type === "image" ? linkOf(token, state) : [token]));
    children.splice(0, children.length, ...made);
  }
}

function linkOf(token, { Token }) {
  const href = token.attrGet("src");
  const open = Object.assign(new Token("link_open", "a", 1), { attrs: [["href", href]] });
  const words = Object.assign(new Token("text", "", 0), { content: token.content || href });
  return [open, words, new Token("link_close", "a", -1)];
}

// What stands in a cell is a paragraph, as in the schema.
function cells(state) {
  state.tokens = state.tokens.flatMap((token, place, all) => {
    if (token.type !== "inline" || !/^t[hd]_open$/.test(all[place - 1]?.type)) return [token];
    return [new state.Token("paragraph_open", "p", 1), token, new state.Token("paragraph_close", "p", -1)];
  });
}

// ── Blocks ──
// Which lines are for staff alone, line by line and before Markdown: [{ from, to, open }], `open` ends that are missing.
export function staffRegions(lines) {
  const regions = [];
  let depth = 0;
  lines.forEach((line, n) => {
    if (depth === 0) {
      if (!opensStaff(line)) return undefined;
      depth = 1;
      return regions.push({ from: n, to: n + 1 });
    }
    depth += CLOSES.test(line) ? -1 : Number(OPENS.test(line));
    regions.at(-1).to = n + 1;
    return undefined;
  });
  if (regions.length) regions.at(-1).open = depth;
  return regions;
}

// What must be added to a source before something can follow it: the end of a fence that lasts to the end of the text.
export function missingEnd(source, { isLetter }) {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(source)?.[1];
  if (fence) return new RegExp(`\\n {0,3}${fence}[\`~]*[ \\t]*$`).test(source) ? "" : `\n${fence}`;
  return isLetter ? "" : "\n:::".repeat(staffRegions(source.split("\n")).at(-1)?.open ?? 0);
}

// The text as pieces in a row: { kind: block | staff | raw, source, gap } with `gap`, what stands before it, and the tail.
// Together they are the text, letter by letter. A raw piece is one that only Markdown itself can show truly.
export function divide(text, { markdown, isLetter }) {
  const lines = text.split("\n");
  const staff = isLetter ? [] : staffRegions(lines);
  const shown = lines.flatMap((_line, n) => (staff.some(({ from, to }) => n >= from && n < to) ? [] : [n]));
  const env = {};
  const tops = markdown.parse(shown.map((n) => lines[n]).join("\n"), env).filter(({ level, nesting, map }) => level === 0 && nesting >= 0 && map);
  const blocks = tops.flatMap(({ type, map: [from, to] }) => stretches(type, shown.slice(from, to), lines));
  const whole = staff.filter(({ from }) => !blocks.some((block) => from >= block.from && from < block.to));
  const taken = [...blocks, ...whole.map(({ from, to }) => ({ from, to, kind: "staff" }))];
  const rest = runs(shown.filter((n) => lines[n].trim() && !taken.some(({ from, to }) => n >= from && n < to)));
  const all = [...taken, ...rest.map((run) => ({ from: run[0], to: run.at(-1) + 1, kind: "raw" }))].sort((a, b) => a.from - b.from);
  return { ...cut(text, lines, all), references: env.references ?? {} };
}

// A block that goes on behind lines for staff is one block for customers: nobody but its author can part it, save a paragraph.
function stretches(type, numbers, lines) {
  while (numbers.length && !lines[numbers.at(-1)].trim()) numbers.pop();
  const parts = runs(numbers);
  if (parts.length > 1 && type !== "paragraph_open") return [{ from: numbers[0], to: numbers.at(-1) + 1, kind: "raw" }];
  return parts.map((run) => ({ from: run[0], to: run.at(-1) + 1, kind: "block" }));
}

function runs(numbers) {
  const found = [];
  for (const n of numbers) {
    if (found.at(-1)?.at(-1) === n - 1) found.at(-1).push(n);
    else found.push([n]);
  }
  return found;
}

function cut(text, lines, all) {
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  let end = 0;
  const pieces = all.map(({ from, to, kind }) => {
    const gap = text.slice(end, starts[from]);
    end = starts[to] - 1;
    return { kind, gap, source: text.slice(starts[from], end) };
  });
  return { pieces, tail: text.slice(end) };
}
