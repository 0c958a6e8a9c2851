// <otk-files> around an <input type="file" multiple>: drop and paste anywhere in the form, a list of what was chosen, each removable.
// With data-upload="URL" files go there at once (POST, "attached") and the answer is their rows; [data-remove] in a row posts its formaction.
import { send } from "./session.js";

const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const units = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const size = (bytes) => (bytes < 1_000_000 ? `${units.format(Math.ceil(bytes / 1024))} ${words.kb}` : `${units.format(bytes / 1048576)} ${words.mb}`);

class Files extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    if (!this.input || this.list) return;
    this.chosen = [];
    this.sending = 0;
    this.list = this.querySelector("ul") ?? Object.assign(document.createElement("ul"), { className: "row files" });
    this.append(this.list);
    this.list.addEventListener("click", (event) => this.remove(event));
    this.input.addEventListener("change", () => this.add(this.input.files));
    const form = this.closest("form");
    form?.addEventListener("dragover", (event) => this.over(event));
    form?.addEventListener("dragleave", () => delete this.dataset.over);
    form?.addEventListener("drop", (event) => this.drop(event));
    form?.addEventListener("paste", (event) => event.clipboardData.files.length && !event.defaultPrevented && this.add(event.clipboardData.files));
    if (!this.dataset.upload) form?.addEventListener("reset", () => this.replace([]));
    form?.addEventListener("submit", (event) => this.hold(event), true);
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
    if (this.dataset.upload) return this.upload([...files]);
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
  async upload(files) {
    if (!files.length) return;
    this.input.value = "";
    const waiting = files.map((file) => Object.assign(document.createElement("li"), { className: "file", ariaBusy: "true", textContent: `${file.name} …` }));
    this.list.append(...waiting);
    this.say("");
    this.sending += 1;
    const answer = await send(this.dataset.upload, { method: "POST", body: () => this.body(files) }).catch(() => null);
    const words_of = answer && (answer.ok || answer.status === 422) ? await answer.text() : words.problem;
    this.sending -= 1;
    if (answer?.ok) waiting[0].insertAdjacentHTML("beforebegin", words_of);
    else this.say(words_of);
    waiting.forEach((row) => row.remove());
    if (!this.sending && answer?.ok) this.held?.form.requestSubmit(this.held);
    this.held = undefined;
  }
  hold(event) {
    if (!this.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = event.submitter;
  }
  async remove(event) {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const answer = await send(button.formAction, { method: "POST", body: () => this.body() }).catch(() => null);
    if (!answer?.ok) return this.say(words.problem);
    button.closest("li").remove();
    (this.list.querySelector("button") ?? this.input).focus();
  }
  body(files = []) {
    const body = new FormData();
    files.forEach((file) => body.append("attached", file));
    body.append("csrfmiddlewaretoken", this.closest("form").elements.csrfmiddlewaretoken.value);
    return body;
  }
  say(text) {
    const place = this.querySelector("[role=alert]");
    place.textContent = text;
    place.hidden = !text;
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
