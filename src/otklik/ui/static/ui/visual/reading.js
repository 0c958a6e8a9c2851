// Markdown → what is seen. Every block keeps its source. One that could not be written again to read the same stays a raw block.
import { MarkdownParser, defaultMarkdownParser } from "../vendor/prosemirror.js";
import { ARTICLE, LETTER, divide, isFence, missingEnd } from "./grammar.js";
import { schema } from "./schema.js";
import { rawIn, written } from "./writing.js";

const listed = (token, tokens, place) => ({
  tight: tokens.slice(place).find(({ type }) => type === "paragraph_open")?.hidden ?? true,
  mark: token.markup,
  ...(token.type === "ordered_list_open" && { order: Number(token.attrGet("start") ?? 1) }),
});
const aligned = (token) => ({ side: /:(right|center|left)$/.exec(token.attrGet("style") ?? "")?.[1] ?? null });
const called = (token) => ({ kind: token.attrGet("kind"), title: token.attrGet("title") });

const parserOf = ({ markdown, isLetter }) => new MarkdownParser(schema, markdown, {
  ...defaultMarkdownParser.tokens,
  bullet_list: { block: "bullet_list", getAttrs: listed },
  ordered_list: { block: "ordered_list", getAttrs: listed },
  callout: { block: "callout", getAttrs: called },
  table: { block: "table" },
  thead: { ignore: true },
  tbody: { ignore: true },
  tr: { block: "table_row" },
  th: { block: "table_header", getAttrs: aligned },
  td: { block: "table_cell", getAttrs: aligned },
  s: { mark: "strike" },
  link: { mark: "link", getAttrs: (token) => ({ href: readable(token.attrGet("href"), markdown), title: token.attrGet("title") ?? "" }) },
  image: { node: "image", getAttrs: (token) => pictured(token, markdown) },
  ...(isLetter && { softbreak: { node: "hard_break" } }),
});
const parsers = new Map([ARTICLE, LETTER].map((dialect) => [dialect, parserOf(dialect)]));

function pictured(token, markdown) {
  const alt = markdown.renderer.renderInlineAsText(token.children, markdown.options, {});
  return { src: readable(token.attrGet("src"), markdown), alt, title: token.attrGet("title") ?? "" };
}

// An address as a person would write it, if it leads to the same place.
function readable(url, markdown) {
  try {
    const plain = decodeURI(url);
    return markdown.normalizeLink(plain) === url && !/[\s()<>\\]/.test(plain) ? plain : url;
  } catch {
    return url;
  }
}

// `origins[n]` is where the block whose attribute `origin` is n came from: { node, source, gap, before, isLast, tail, refers },
// `before` the number of the block that stood before it. `definitions` are the sources that links by name need, if any do.
export function read(text, dialect = ARTICLE) {
  const origins = [];
  const { nodes, tail, references } = blocks(text, origins, dialect);
  const doc = schema.node("doc", null, nodes.length ? nodes : [schema.node("paragraph")]);
  return { text, dialect, doc, origins, tail, definitions: Object.keys(references).length ? rawIn(doc) : null };
}

// Blocks to put in somewhere; where they came from is no matter.
export const fragment = (text, dialect = ARTICLE) => blocks(text, [], dialect).nodes.map((node) => node.type.create({ ...node.attrs, origin: null }, node.content));

function blocks(text, origins, dialect) {
  const { pieces, tail, references } = divide(text, dialect);
  let before = null;
  const nodes = pieces.map(({ kind, gap, source }, place) => {
    const number = origins.push(null) - 1;
    const made = kind === "block" ? block(source, references, dialect) : kind === "staff" ? staff(source, origins, dialect) : null;
    const bare = made?.node ?? schema.node("raw", { source });
    const node = bare.type.create({ ...bare.attrs, origin: number }, bare.content);
    const refers = node.type.name !== "raw" && Object.keys(references).length > 0 && shows(source, {}, dialect) !== shows(source, references, dialect);
    origins[number] = { node, source, gap, before, isLast: place === pieces.length - 1, tail: made?.tail, refers };
    before = number;
    return node;
  });
  return { nodes, tail, references };
}

const shows = (source, references, { markdown }) => markdown.render(source, { references: { ...references } });

// One block, if the reader would see the same after it has been written anew; else null.
function block(source, references, dialect) {
  const alone = {};
  dialect.markdown.parse(source, alone);
  const isFenced = !dialect.isLetter && source.split("\n").some(isFence);
  if (alone.odd || alone.references || missingEnd(source, dialect) || isFenced) return null;
  const parsed = (words) => parsers.get(dialect).parse(words, { references: { ...references } });
  try {
    const doc = parsed(source);
    const again = written(doc.firstChild, { dialect });
    doc.check();
    const isTrue = doc.childCount === 1 && shows(again, references, dialect) === shows(source, references, dialect) && parsed(again).eq(doc);
    return isTrue ? { node: doc.firstChild } : null;
  } catch {
    return null;
  }
}

// Lines between `:::staff` and `:::`, if what stands there can be edited as a whole.
function staff(source, origins, dialect) {
  const found = /^:::staff\n([^]*)\n:::$/.exec(source);
  if (!found || found[1].split("\n").some(isFence)) return null;
  const inside = [...origins];
  const { nodes, tail } = blocks(found[1], inside, dialect);
  if (!nodes.length || nodes.some(({ type }) => type.name === "raw")) return null;
  origins.push(...inside.slice(origins.length));
  return { node: schema.node("staff", null, nodes), tail };
}
