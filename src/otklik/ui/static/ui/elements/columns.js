// <otk-columns hidden><button popovertarget="columns">…</button><div class="menu" id="columns" popover></div></otk-columns>:
// which columns of #rows are shown stands in the address as `hide`, so that a kept address keeps them. The first always stays.
class Columns extends HTMLElement {
  connectedCallback() {
    this.rows = document.getElementById("rows");
    const heads = [...(this.rows?.querySelectorAll("thead th") ?? [])];
    if (heads.length < 4) return;
    for (const [at, head] of heads.entries()) if (at && !head.querySelector(".sr-only")) this.offer(at + 1, head.textContent.trim());
    this.addEventListener("change", () => this.choose());
    this.hidden = false;
  }
  offer(place, name) {
    const label = Object.assign(document.createElement("label"), { className: "choice" });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: place });
    box.checked = !(this.rows.dataset.hide ?? "").split(" ").includes(String(place));
    label.append(box, Object.assign(document.createElement("span"), { textContent: name }));
    this.querySelector(".menu").append(label);
  }
  choose() {
    const hide = [...this.querySelectorAll("input:not(:checked)")].map((box) => box.value).join(" ");
    this.rows.dataset.hide = hide;
    const put = (address) => {
      const url = new URL(address);
      if (hide) url.searchParams.set("hide", hide);
      else url.searchParams.delete("hide");
      return url;
    };
    history.replaceState(history.state, "", put(location.href));
    for (const link of document.querySelectorAll("#main :is(.pages, .tabs, .menu, thead) a")) if (link.pathname === location.pathname) link.href = put(link.href);
    for (const form of document.querySelectorAll('#main form[role="search"]')) {
      const field = form.querySelector("[name=hide]") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "hide" }));
      field.value = hide;
      field.disabled = !hide;
    }
  }
}
customElements.define("otk-columns", Columns);
