// What the buttons and keys do to what is seen.
import {
  InputRule, NodeSelection, Plugin, Selection, TextSelection, addColumnAfter, addRowAfter, baseKeymap, chainCommands, deleteColumn, deleteRow, deleteTable, exitCode,
  goToNextCell, inputRules, isInTable, keymap, liftListItem, redo, setBlockType, sinkListItem, splitListItem, textblockTypeInputRule, toggleMark, undo,
  undoInputRule, wrapIn, wrapInList, wrappingInputRule,
} from "../vendor/prosemirror.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;
const LISTS = [nodes.bullet_list, nodes.ordered_list];

// The innermost node of these types around the selection: { node, pos }, or undefined.
export function around({ selection: { $from, node } }, ...types) {
  if (node && types.includes(node.type)) return { node, pos: $from.pos };
  for (let depth = $from.depth; depth > 0; depth -= 1) if (types.includes($from.node(depth).type)) return { node: $from.node(depth), pos: $from.before(depth) };
  return undefined;
}

// ── Blocks ──
const change = (found, attrs, type = found.node.type) => (state, dispatch) => {
  dispatch?.(state.tr.setNodeMarkup(found.pos, type, { ...found.node.attrs, ...attrs }));
  return true;
};

// Out of the innermost node of this type, or into one.
const toggled = (type, attrs) => (state, dispatch) => {
  const found = around(state, type);
  if (!found) return wrapIn(type, attrs)(state, dispatch);
  if (attrs && found.node.attrs.kind !== attrs.kind) return change(found, attrs)(state, dispatch);
  dispatch?.(state.tr.replaceWith(found.pos, found.pos + found.node.nodeSize, found.node.content).scrollIntoView());
  return true;
};

const heading = (level) => (state, dispatch) => {
  const found = around(state, nodes.heading);
  const type = found?.node.attrs.level === level ? nodes.paragraph : nodes.heading;
  return setBlockType(type, type === nodes.heading ? { level } : null)(state, dispatch);
};

const listed = (type) => (state, dispatch) => {
  const found = around(state, ...LISTS);
  if (!found) return wrapInList(type)(state, dispatch);
  if (found.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
  return change(found, { mark: type.defaultAttrs.mark }, type)(state, dispatch);
};

// Whole blocks of the top become, or cease to be, for colleagues only.
function staffed(state, dispatch) {
  if (around(state, nodes.staff)) return toggled(nodes.staff)(state, dispatch);
  const { $from, $to } = state.selection;
  const [first, last] = [$from.index(0), Math.max($from.index(0), $to.depth ? $to.index(0) : $to.index(0) - 1)];
  const chosen = state.doc.children.slice(first, last + 1);
  if (!nodes.staff.validContent(state.doc.content.cutByIndex(first, last + 1))) return false;
  const at = state.doc.children.slice(0, first).reduce((sum, node) => sum + node.nodeSize, 0);
  const tr = state.tr.replaceWith(at, at + chosen.reduce((sum, node) => sum + node.nodeSize, 0), nodes.staff.create(null, chosen));
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve($from.pos + 1))).scrollIntoView());
  return true;
}

// The top block with the cursor goes up or down by one.
const moved = (step) => (state, dispatch) => {
  const { $from } = state.selection;
  const here = $from.index(0);
  const other = state.doc.maybeChild(here + step);
  const node = state.doc.maybeChild(here);
  if (!node || !other) return false;
  const at = $from.posAtIndex(here, 0);
  const tr = state.tr.delete(at, at + node.nodeSize);
  const to = step < 0 ? at - other.nodeSize : at + other.nodeSize;
  tr.insert(to, node);
  const inside = $from.pos - at;
  tr.setSelection(state.selection.node ? NodeSelection.create(tr.doc, to + inside) : Selection.near(tr.doc.resolve(to + inside)));
  dispatch?.(tr.scrollIntoView());
  return true;
};

// A new paragraph behind the top block: the way out of a box, a table or a code block.
function leave(state, dispatch) {
  const at = state.selection.$from.depth ? state.selection.$from.after(1) : state.selection.to;
  const tr = state.tr.insert(at, nodes.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView());
  return true;
}

const broken = (state, dispatch) => {
  if (isInTable(state) || !state.selection.$from.parent.type.contentMatch.matchType(nodes.hard_break)) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};

// At the beginning of a heading or a code block the key that removes makes it a paragraph.
const unmade = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const isMade = empty && $from.parentOffset === 0 && [nodes.heading, nodes.code_block].includes($from.parent.type);
  return isMade && setBlockType(nodes.paragraph)(state, dispatch);
};

// Words of one block become code in their line, several blocks one of code.
const coded = (state, dispatch) => {
  const { $from, $to } = state.selection;
  if ($from.parent.type === nodes.code_block) return setBlockType(nodes.paragraph)(state, dispatch);
  return $from.sameParent($to) ? toggleMark(marks.code)(state, dispatch) : setBlockType(nodes.code_block)(state, dispatch);
};

export const commands = {
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  heading: heading(2),
  code: coded,
  list: listed(nodes.bullet_list),
  steps: listed(nodes.ordered_list),
  quote: toggled(nodes.blockquote),
  tip: toggled(nodes.callout, { kind: "tip" }),
  note: toggled(nodes.callout, { kind: "note" }),
  warning: toggled(nodes.callout, { kind: "warning" }),
  staff: staffed,
  undo,
  redo,
  deeper: sinkListItem(nodes.list_item),
  higher: liftListItem(nodes.list_item),
  "row-more": addRowAfter,
  "row-less": deleteRow,
  "column-more": addColumnAfter,
  "column-less": deleteColumn,
  "table-less": deleteTable,
};

// `[!TIP]` at the beginning of a quotation, as in Markdown: the quotation becomes a box. What follows it is its title.
const KIND = /^\[!(note|tip|important|warning|caution)\][ \t]*(.*)$/i;
const boxed = (state, dispatch) => {
  const { $from } = state.selection;
  const depth = $from.depth - 1;
  const isFirst = depth > 0 && $from.parent.type === nodes.paragraph && $from.node(depth).type === nodes.blockquote && $from.index(depth) === 0;
  const found = isFirst && KIND.exec($from.parent.textContent);
  if (!found) return false;
  const at = $from.before(depth);
  const tr = state.tr.delete($from.start(), $from.end());
  tr.setNodeMarkup(at, nodes.callout, { ...$from.node(depth).attrs, kind: found[1].toLowerCase(), title: found[2].trim() });
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 2)).scrollIntoView());
  return true;
};

// What the list of styles says about the cursor's block, and what choosing another does.
export function styleOf(state) {
  const { parent } = state.selection.$from;
  if (parent.type === nodes.heading) return String(Math.min(Math.max(parent.attrs.level, 2), 4));
  return parent.type === nodes.code_block ? "code" : "text";
}
export const styled = (style) => setBlockType({ text: nodes.paragraph, code: nodes.code_block }[style] ?? nodes.heading, Number(style) ? { level: Number(style) } : null);

export const isOn = {
  bold: (state) => marked(state, marks.strong),
  italic: (state) => marked(state, marks.em),
  link: (state) => marked(state, marks.link),
  heading: (state) => Boolean(around(state, nodes.heading)),
  code: (state) => marked(state, marks.code) || Boolean(around(state, nodes.code_block)),
  list: (state) => around(state, ...LISTS)?.node.type === nodes.bullet_list,
  steps: (state) => around(state, ...LISTS)?.node.type === nodes.ordered_list,
  quote: (state) => Boolean(around(state, nodes.blockquote)),
};
const marked = ({ selection: { $from, from, to, empty }, storedMarks, doc }, type) => (empty ? Boolean(type.isInSet(storedMarks ?? $from.marks())) : doc.rangeHasMark(from, to, type));

// ── Keys ──
export const keysOf = ({ isLetter }) => [
  keymap({
    "Mod-b": commands.bold,
    "Mod-i": commands.italic,
    "Mod-z": undo,
    "Mod-y": redo,
    "Shift-Mod-z": redo,
    "Mod-]": commands.deeper,
    "Mod-[": commands.higher,
    "Alt-ArrowUp": moved(-1),
    "Alt-ArrowDown": moved(1),
    ...(!isLetter && { "Mod-Enter": chainCommands(exitCode, leave) }),
    "Shift-Enter": chainCommands(exitCode, broken),
    Backspace: chainCommands(undoInputRule, unmade),
    Enter: chainCommands(...(isLetter ? [] : [boxed]), splitListItem(nodes.list_item), (state, dispatch) => isInTable(state) && (goToNextCell(1)(state, dispatch) || leave(state, dispatch))),
    Tab: goToNextCell(1),
    "Shift-Tab": goToNextCell(-1),
  }),
  keymap(baseKeymap),
];

// Words that were typed between marks: found[1] with them, found[2] without.
const marking = (pattern, type) =>
  new InputRule(pattern, (state, found, start, end) => {
    const from = start + found[0].length - found[1].length;
    if (state.doc.rangeHasMark(from, end, marks.code)) return null;
    const [before, after] = [found[1].indexOf(found[2]), end - from - found[1].indexOf(found[2]) - found[2].length];
    const tr = state.tr;
    if (after > 0) tr.delete(end - after, end);
    tr.delete(from, from + before);
    return tr.addMark(from, from + found[2].length, type.create()).removeStoredMark(type);
  });

// What is typed as in Markdown at the beginning of a line, or around words, and addresses, which become links.
export const typing = inputRules({
  rules: [
    textblockTypeInputRule(/^(#{2,4})\s$/, nodes.heading, (found) => ({ level: found[1].length })),
    textblockTypeInputRule(/^#\s$/, nodes.heading, { level: 2 }),
    textblockTypeInputRule(/^```$/, nodes.code_block),
    wrappingInputRule(/^\s*([-*])\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,3})\.\s$/, nodes.ordered_list, (found) => ({ order: Number(found[1]) })),
    wrappingInputRule(/^>\s$/, nodes.blockquote),
    marking(/(?:^|[^*\p{L}\p{N}])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/u, marks.strong),
    marking(/(?:^|[^`])(`([^`]+)`)$/, marks.code),
    new InputRule(/(?:^|\s)(https?:\/\/\S+[^\s.,;:!?)»"])\s$/, (state, found, _start, end) => {
      const from = end - found[1].length;
      if (state.doc.rangeHasMark(from, end, marks.link) || state.doc.rangeHasMark(from, end, marks.code)) return null;
      return state.tr.addMark(from, end, marks.link.create({ href: found[1] })).removeStoredMark(marks.link).insertText(" ", end);
    }),
  ],
});

// ── Tables ──
// Markdown's tables have one row of heads, the first.
export const heads = new Plugin({
  appendTransaction(transactions, _before, { doc, tr }) {
    if (!transactions.some(({ docChanged }) => docChanged)) return null;
    doc.descendants((node, pos) => {
      if (node.type !== nodes.table) return !node.isTextblock;
      node.forEach((row, offset, number) => {
        const type = number ? nodes.table_cell : nodes.table_header;
        row.forEach((cell, at) => cell.type !== type && tr.setNodeMarkup(pos + offset + at + 2, type));
      });
      return false;
    });
    return tr.docChanged ? tr : null;
  },
});
