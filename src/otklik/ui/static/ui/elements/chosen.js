// <otk-chosen rows="row" one="{} выбрано" few=… many=… other=… src="/desk/held/bulk?only=spam"><b role="status"></b>
//   <button data-page hidden>…</button><label><input type="checkbox" name="all"> <span data-all>…</span></label></otk-chosen>
// inside a form whose boxes are called `rows`, wherever they stand. Counts the ticked ones, ticks all of the page, and says how many
// "all of the view" are; the server chooses those by the view itself.
class Chosen extends HTMLElement {
  connectedCallback() {
    this.list = this.closest("form");
    this.rules = new Intl.PluralRules(document.documentElement.lang);
    this.all = this.querySelector('[name="all"]');
    this.page = this.querySelector("[data-page]");
    this.page.hidden = false;
    this.hearing = (event) => event.target.form === this.list && this.changed(event.target);
    document.addEventListener("change", this.hearing);
    this.renewed = () => this.tell();
    document.addEventListener("otk:renewed", this.renewed);
    this.page.addEventListener("click", () => this.tick(this.rows.some((row) => !row.checked)));
    this.tell();
  }
  disconnectedCallback() {
    document.removeEventListener("change", this.hearing);
    document.removeEventListener("otk:renewed", this.renewed);
  }
  get rows() {
    return [...this.list.elements].filter((one) => one.name === this.getAttribute("rows"));
  }
  changed(field) {
    if (field === this.all) {
      if (field.checked) this.tick(true);
      if (field.checked) htmx.ajax("GET", this.getAttribute("src"), { source: this, target: this.querySelector("[data-all]"), swap: "textContent" });
    } else if (field.name === this.getAttribute("rows") && !field.checked) this.all.checked = false;
    this.tell();
  }
  tick(isChosen) {
    for (const row of this.rows) row.checked = isChosen;
    if (!isChosen) this.all.checked = false;
    this.tell();
  }
  tell() {
    const rows = this.rows;
    const count = rows.filter((row) => row.checked).length;
    const form = this.getAttribute(this.rules.select(count)) ?? this.getAttribute("other");
    const place = this.querySelector("[role=status]");
    place.hidden = this.all.checked;
    place.textContent = form.replace("{}", count);
    this.page.setAttribute("aria-pressed", count > 0 && count === rows.length);
  }
}
customElements.define("otk-chosen", Chosen);
