// <otk-files> around an <input type="file" multiple>: drop and paste anywhere in the form, a list of what was chosen, each removable.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const units = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const size = (bytes) => (bytes < 1_000_000 ? `${units.format(Math.ceil(bytes / 1024))} ${words.kb}` : `${units.format(bytes / 1048576)} ${words.mb}`);

class Files extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    if (!this.input || this.list) return;
    this.chosen = [];
    this.list = Object.assign(document.createElement("ul"), { className: "row files" });
    this.append(this.list);
    this.input.addEventListener("change", () => this.add(this.input.files));
    const form = this.closest("form");
    form?.addEventListener("dragover", (event) => this.over(event));
    form?.addEventListener("dragleave", () => delete this.dataset.over);
    form?.addEventListener("drop", (event) => this.drop(event));
    form?.addEventListener("paste", (event) => event.clipboardData.files.length && this.add(event.clipboardData.files));
    form?.addEventListener("reset", () => this.replace([]));
  }
  over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.dataset.over = "";
  }
  drop(event) {
    delete this.dataset.over;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add(event.dataTransfer.files);
  }
  add(files) {
    const known = new Set(this.chosen.map((file) => `${file.name}/${file.size}/${file.lastModified}`));
    this.replace([...this.chosen, ...[...files].filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`))]);
  }
  replace(files) {
    this.chosen = this.input.multiple ? files : files.slice(-1);
    const transfer = new DataTransfer();
    this.chosen.forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    this.list.replaceChildren(...this.chosen.map((file) => this.row(file)));
    this.dispatchEvent(new Event("otk:files", { bubbles: true }));
  }
  row(file) {
    const row = Object.assign(document.createElement("li"), { className: "file" });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "×" });
    remove.setAttribute("aria-label", words.remove.replace("{}", file.name));
    remove.addEventListener("click", () => {
      this.replace(this.chosen.filter((other) => other !== file));
      (this.list.querySelector("button") ?? this.input).focus();
    });
    row.append(file.name, " ", Object.assign(document.createElement("span"), { textContent: size(file.size) }), remove);
    return row;
  }
}
customElements.define("otk-files", Files);
