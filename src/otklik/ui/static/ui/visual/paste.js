// What is pasted keeps its structure, whatever program it comes from: Markdown as text, lists of Word, tables of Excel.
const BLOCK = /^(#{1,6} |\s{0,3}([-*+]|\d{1,9}[.)]) |> |```|~~~|:::|\|.*\|\s*$| {0,3}(-{3,}|\*{3,})\s*$)/;
const INLINE = /\*\*[^*\s][^*]*\*\*|`[^`\n]+`|!?\[[^\]\n]+\]\([^)\s]+\)|~~[^~\n]+~~/;
const STRUCTURE = "h1,h2,h3,h4,h5,h6,ul,ol,table,blockquote,img,strong,em,b,i,a[href],p[class^='Mso']";
const BULLET = /^[·•▪§oо\-–—*\u{f0b7}\u{f0a7}\u{f076}\u{f0d8}]$/u;
const NUMBER = /^\(?(\d{1,3}|[a-zа-я]|[ivxlc]+)[.)]$/i;
const BETWEEN = " — ";
const KEPT = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };

// The Markdown that stands on the clipboard as mere text, or a table whose cells are divided by tabs; "" for plain words.
export function markdownIn(text, html, { isLetter }) {
  if (html && parsed(html).querySelector(STRUCTURE)) return "";
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  return tabled(lines, isLetter) || (isMarkdown(lines) ? lines.join("\n") : "");
}

function isMarkdown(lines) {
  const blocks = lines.filter((line) => BLOCK.test(line)).length;
  return lines.some((line) => /^(#{1,6} \S|```|> \[!|\|[\s:|-]*-[\s:|-]*\|\s*$)/.test(line)) || blocks > 1 || lines.some((line) => INLINE.test(line));
}

function tabled(lines, isLetter) {
  const rows = lines.map((line) => line.split("\t"));
  const width = rows[0].length;
  if (rows.length < 2 || width < 2 || rows.some((row) => row.length !== width)) return "";
  const safe = (cell) => cell.trim().replace(/[<>&]/g, (mark) => KEPT[mark]).replace(/([\\|*_`[\]])/g, "\\$1");
  if (isLetter) return rows.map((row) => row.map(safe).filter(Boolean).join(BETWEEN)).filter(Boolean).join("\\\n");
  const row = (cells) => `| ${cells.map(safe).join(" | ")} |`;
  return [row(rows[0]), `|${"---|".repeat(width)}`, ...rows.slice(1).map(row)].join("\n");
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// HTML whose lists are lists and whose tables have as many cells in each row as there are columns.
export function structured(html) {
  const page = parsed(html);
  wordLists(page);
  for (const list of page.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) list.previousElementSibling?.append(list);
  for (const table of page.querySelectorAll("table")) squared(table);
  for (const node of page.querySelectorAll("p.MsoTitle")) renamed(node, "h2");
  return page.body.innerHTML;
}

// HTML with no more in it than a letter shows: a row of a table is a line, a box a quotation; what is for colleagues stays with them.
export function plainer(html) {
  const page = parsed(html);
  for (const node of page.querySelectorAll(".for-staff, pre[data-source], .callout-label")) node.remove();
  for (const node of page.querySelectorAll("div.callout")) renamed(node, "blockquote");
  for (const image of page.querySelectorAll("img")) image.replaceWith(image.alt.length <= LONGEST_SIGN ? image.alt : "");
  for (const link of page.querySelectorAll("a[href^='file:'], a[href^='article:']")) link.replaceWith(...link.childNodes);
  for (const table of [...page.querySelectorAll("table")].reverse()) table.replaceWith(...linesOf(table));
  for (const node of page.querySelectorAll("[data-pm-slice]")) if (OURS.test(node.dataset.pmSlice)) delete node.dataset.pmSlice;
  return page.body.innerHTML;
}
const LONGEST_SIGN = 4; // letters of an emoji that is a picture
const OURS = /table|callout|staff/;

// A table of short cells as lines, one that only arranges a page as what stands in it.
function linesOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].filter((cell) => cell.textContent.trim()));
  const isArranging = rows.every((cells) => cells.length < 2) || table.querySelector(WHOLE);
  if (isArranging) return rows.flat().flatMap((cell) => [...cell.childNodes]);
  const lines = table.ownerDocument.createElement("p");
  for (const cells of rows.filter(({ length }) => length)) {
    if (lines.firstChild) lines.append(table.ownerDocument.createElement("br"));
    cells.forEach((cell, place) => {
      for (const block of cell.querySelectorAll("p, div, br")) block.replaceWith(" ", ...block.childNodes);
      const words = [...cell.childNodes];
      if (words[0]?.nodeType === 3) words[0].data = words[0].data.trimStart();
      if (words.at(-1)?.nodeType === 3) words.at(-1).data = words.at(-1).data.trimEnd();
      lines.append(place ? BETWEEN : "", ...words);
    });
  }
  return [lines];
}
const WHOLE = "ul, ol, blockquote, pre, h1, h2, h3, h4, h5, h6, p + p";

function renamed(node, tag) {
  const made = node.ownerDocument.createElement(tag);
  made.append(...node.childNodes);
  node.replaceWith(made);
}

// Word writes each item of a list as a paragraph that says in its style how deep it is, with its mark as words.
function wordLists(page) {
  let open = [];
  for (const item of page.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    const level = Number(/mso-list:\s*l\d+\s+level(\d)/i.exec(item.dataset.style ?? "")?.[1] ?? 0);
    if (!level || item.closest("li")) {
      if (!item.closest("li")) open = [];
      continue;
    }
    const kind = markOf(item);
    if (open.length && !follows(open[0].list, item)) open = [];
    open.length = Math.min(open.length, level);
    if (open.length && open.at(-1).list.localName !== kind && open.length === level) open.pop();
    while (open.length < level) {
      const list = page.createElement(kind);
      const into = open.at(-1)?.list.lastElementChild;
      if (into) into.append(list);
      else item.before(list);
      open.push({ list });
      if (open.length < level) list.append(page.createElement("li"));
    }
    const made = page.createElement("li");
    made.append(...item.childNodes);
    open.at(-1).list.append(made);
    item.remove();
  }
}

function follows(list, item) {
  let next = list.nextSibling;
  while (next && next !== item && !(next.textContent ?? "").trim()) next = next.nextSibling;
  return next === item || next?.nodeType === 8;
}

// Takes the mark away from an item and says of which kind of list it is.
function markOf(item) {
  const walker = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  let mark = "";
  while (walker.nextNode()) {
    const words = walker.currentNode.data.replace(/\u00a0/g, " ").trim();
    if (!words) {
      walker.currentNode.data = "";
      continue;
    }
    const found = /^(\S+)(\s+|$)/.exec(walker.currentNode.data.replace(/\u00a0/g, " ").trimStart());
    if (mark || !(BULLET.test(found[1]) || NUMBER.test(found[1]))) break;
    mark = found[1];
    walker.currentNode.data = walker.currentNode.data.replace(/\u00a0/g, " ").trimStart().slice(found[0].length);
    if (walker.currentNode.data.trim()) break;
  }
  return NUMBER.test(mark) && !BULLET.test(mark) ? "ol" : "ul";
}

// A cell over several columns or rows stands in the first of them; the others are empty.
function squared(table) {
  const covered = new Map();
  const rows = [...table.rows];
  rows.forEach((row, at) => {
    let column = 0;
    for (const cell of [...row.cells]) {
      while (covered.get(`${at},${column}`)) {
        cell.before(table.ownerDocument.createElement("td"));
        column += 1;
      }
      const [across, down] = [Math.min(cell.colSpan, 50), Math.min(cell.rowSpan || 1, rows.length - at)];
      for (let line = 1; line < down; line += 1) for (let place = 0; place < across; place += 1) covered.set(`${at + line},${column + place}`, true);
      for (let place = 1; place < across; place += 1) cell.after(table.ownerDocument.createElement("td"));
      cell.removeAttribute("colspan");
      cell.removeAttribute("rowspan");
      column += across;
    }
  });
  const width = Math.max(0, ...rows.map((row) => row.cells.length));
  for (const row of rows) while (row.cells.length < width) row.append(table.ownerDocument.createElement("td"));
  const isEmpty = (row) => !row.textContent.trim() && !row.querySelector("img");
  for (const row of rows.reverse()) {
    if (!isEmpty(row)) break;
    row.remove();
  }
}
