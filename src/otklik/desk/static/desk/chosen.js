// <otk-chosen one="{} выбрано" few=… many=… other=… src="/desk/bulk/count?view=…"><b role="status"></b><button data-page hidden>…</button>
//   <label><input type="checkbox" name="all"> <span data-all>…</span></label></otk-chosen> inside the form of a list.
// Counts the ticked rows, ticks all of the page, and says how many "all of the view" are; the server chooses those by the view itself.
class Chosen extends HTMLElement {
  connectedCallback() {
    this.list = this.closest("form");
    this.rules = new Intl.PluralRules(document.documentElement.lang);
    this.all = this.querySelector('[name="all"]');
    this.page = this.querySelector("[data-page]");
    this.page.hidden = false;
    this.hearing = (event) => this.changed(event.target);
    this.list.addEventListener("change", this.hearing);
    this.page.addEventListener("click", () => this.tick(this.rows.some((row) => !row.checked)));
    this.tell();
  }
  disconnectedCallback() {
    this.list.removeEventListener("change", this.hearing);
  }
  get rows() {
    return [...this.list.querySelectorAll('.item [name="case"]')];
  }
  changed(field) {
    if (field === this.all) {
      if (field.checked) this.tick(true);
      if (field.checked) htmx.ajax("GET", this.getAttribute("src"), { source: this, target: this.querySelector("[data-all]"), swap: "textContent" });
    } else if (field.name === "case" && !field.checked) this.all.checked = false;
    this.tell();
  }
  tick(isChosen) {
    for (const row of this.rows) row.checked = isChosen;
    if (!isChosen) this.all.checked = false;
    this.tell();
  }
  tell() {
    const count = this.rows.filter((row) => row.checked).length;
    const form = this.getAttribute(this.rules.select(count)) ?? this.getAttribute("other");
    const place = this.querySelector("[role=status]");
    place.hidden = this.all.checked;
    place.textContent = form.replace("{}", count);
    this.page.setAttribute("aria-pressed", count > 0 && count === this.rows.length);
  }
}
customElements.define("otk-chosen", Chosen);
