// Where the hands go on after a form has led to a new page: <form data-after="#reply"> names the place, which gets the focus there.
// Several selectors, the first that is found wins; of its matches the last one.
const KEPT = "otk-after";

document.addEventListener("submit", (event) => {
  if (event.target.method === "post") after(event.submitter?.dataset.after ?? event.target.dataset.after ?? "");
});

export const after = (where) => sessionStorage.setItem(KEPT, where);

const wished = sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);
addEventListener("DOMContentLoaded", begin, { once: true }); // once every script of the page listens: the next key may follow at once

function begin() {
  if (wished && !document.querySelector("[data-focus], dialog[open]")) go(wished);
  else if (/^#m\d+$/.test(location.hash)) go(location.hash);
}

export function go(where) {
  const places = where.split(",").map((one) => [...document.querySelectorAll(one)].at(-1)).filter(Boolean);
  const isSeen = (one) => one.checkVisibility() && one.getBoundingClientRect().height > 0;
  const place = places.find(isSeen) ?? places[0]; // an empty place is better than the top of the page
  if (!place) return;
  if (place.tabIndex < 0) place.tabIndex = -1;
  if (place.matches("textarea")) place.setSelectionRange(place.value.length, place.value.length);
  place.focus({ focusVisible: true });
  place.scrollIntoView({ block: "nearest" });
}
