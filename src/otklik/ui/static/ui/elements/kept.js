// <form data-kept> with a <template data-kept-offer> (ui/kept.html): what is typed is kept in this tab until it is saved, and offered
// when the form is opened again without it. Passwords, files and hidden fields are never kept. elements/toasts.js forgets it when
// a page says that the form was taken.
import { agent } from "./session.js";

const PAUSE = 400;
const FIELDS = "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=search])";
const placeOf = (form, at) => `otk-kept:${agent}:${location.pathname}${location.search}:${at}`;
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && one.matches(FIELDS));
const isMarked = (field) => ["checkbox", "radio"].includes(field.type);
const valueOf = (field) => (isMarked(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value);
const typed = (form) => fieldsOf(form).map((field) => [field.name, isMarked(field) ? field.value : "", valueOf(field)]);

function fill(form, kept) {
  for (const [name, value, was] of kept) {
    const field = fieldsOf(form).find((one) => one.name === name && (!isMarked(one) || one.value === value));
    if (!field) continue;
    if (isMarked(field)) field.checked = was;
    else if (field.multiple) for (const option of field.options) option.selected = was.includes(option.value);
    else field.value = was;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function offer(form, place, kept) {
  const banner = form.querySelector("[data-kept-offer]").content.firstElementChild.cloneNode(true);
  banner.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-take]")) fill(form, kept);
    else sessionStorage.removeItem(place);
    banner.remove();
    fieldsOf(form)[0]?.focus();
  });
  form.prepend(banner);
}

for (const [at, form] of document.querySelectorAll("form[data-kept]").entries()) {
  const place = placeOf(form, at);
  const first = JSON.stringify(typed(form));
  const isWrong = form.querySelector('[aria-invalid="true"], [role="alert"]');
  const kept = sessionStorage.getItem(place);
  if (kept === first) sessionStorage.removeItem(place);
  else if (kept && !isWrong) offer(form, place, JSON.parse(kept));

  const keep = () => {
    const now = JSON.stringify(typed(form));
    try {
      if (now === first && !isWrong) sessionStorage.removeItem(place);
      else sessionStorage.setItem(place, now);
    } catch {
      // full or forbidden: the form works without
    }
  };
  let pause;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(pause);
    keep();
    sessionStorage.setItem("otk-kept-sent", place);
  });
  addEventListener("pagehide", () => {
    if (!pause) return;
    clearTimeout(pause);
    keep();
  });
}
