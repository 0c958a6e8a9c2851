// How blocks look while they are edited: labels of boxes, pictures by their file, Markdown that is shown as it is written.
import { Decoration, DecorationSet, Plugin } from "../vendor/prosemirror.js";
import { opensStaff } from "./grammar.js";

const SAME = { important: "note", caution: "warning" };
const VIDEO = /^https?:\/\/(www\.|m\.)?(youtube(-nocookie)?\.com\/(watch|embed|shorts|live)|youtu\.be\/|(vk\.(com|ru)|vkvideo\.ru)\/.*(video|clip)-?\d|rutube\.ru\/(video|shorts|play))/;

function made(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

const labelled = (text) => Object.assign(made("p", "callout-label", text), { contentEditable: "false" });

class Shown {
  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.show();
    return true;
  }
}

// ── Boxes with a label ──
class Box extends Shown {
  constructor(node, className, label) {
    super();
    this.node = node;
    this.label = label;
    this.contentDOM = made("div");
    this.title = labelled(label(node));
    this.dom = made("div", className, this.title, this.contentDOM);
    this.show();
  }
  show() {
    const { kind } = this.node.attrs;
    if (kind) this.dom.dataset.kind = SAME[kind] ?? kind;
    this.title.textContent = this.label(this.node);
  }
  ignoreMutation({ type, target }) {
    return type !== "selection" && !this.contentDOM.contains(target);
  }
}

// ── Pictures ──
class Picture extends Shown {
  constructor(node, files) {
    super();
    this.node = node;
    this.files = files;
    this.dom = made("span", "picture");
    this.show();
  }
  show() {
    const { src, alt, title } = this.node.attrs;
    const url = this.files[named(src)];
    const image = url ? Object.assign(document.createElement("img"), { src: url, alt, draggable: false }) : made("span", "badge", alt || src);
    this.dom.replaceChildren(image, ...(title ? [made("span", "caption", title)] : []));
  }
  ignoreMutation = () => true;
}

function named(src) {
  const name = src.replace(/^file:/, "").split("#")[0];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

// ── Markdown as it is written ──
class Raw {
  constructor(node, words, open) {
    const forStaff = node.attrs.source.split("\n").some(opensStaff);
    const button = Object.assign(made("button", "link", words.open), { type: "button" });
    button.addEventListener("click", open);
    const label = labelled(forStaff ? words.staff : words.raw);
    this.dom = made("div", forStaff ? "raw for-staff" : "raw", made("div", "row", label, button), made("pre", "", made("code", "", node.attrs.source)));
    this.dom.contentEditable = "false";
  }
  stopEvent = ({ target }) => Boolean(target.closest?.("button"));
  ignoreMutation = () => true;
}

// `words` are the labels, `files` the addresses by name, `open(pos)` shows a block's Markdown.
export function boxes(words, files, open) {
  const titled = ({ attrs: { kind, title } }) => title || words[kind];
  return {
    callout: (node) => new Box(node, "callout", titled),
    staff: (node) => new Box(node, "for-staff", () => words.staff),
    image: (node) => new Picture(node, files),
    raw: (node, _view, pos) => new Raw(node, words, () => open(pos())),
  };
}

// ── What depends on the place ──
// A numbered list at the top is a row of steps, a line that is only a link to a video is its player.
export const looks = new Plugin({
  props: {
    decorations(state) {
      const found = [];
      const look = (node, at) => {
        if (node.type.name === "staff") node.forEach((child, offset) => look(child, at + 1 + offset));
        const name = node.type.name === "ordered_list" ? "in-steps" : isVideo(node) && "is-video";
        if (name) found.push(Decoration.node(at, at + node.nodeSize, { class: name }));
      };
      state.doc.forEach(look);
      return DecorationSet.create(state.doc, found);
    },
  },
});

function isVideo(node) {
  const links = node.type.name === "paragraph" && node.childCount > 0 ? node.children.map((child) => child.marks.find(({ type }) => type.name === "link")) : [];
  return links.length > 0 && links.every((link) => link && link.eq(links[0])) && VIDEO.test(links[0].attrs.href);
}
