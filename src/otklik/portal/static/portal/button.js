// The help button's settings: what is chosen is shown at once in the preview, and the lines are copied by a button.
const form = document.getElementById("widget-form");
const preview = document.getElementById("widget-preview");
let pause;

function show() {
  const chosen = Object.entries(Object.fromEntries(new FormData(form)));
  const shown = chosen.map(([name, value]) => [name.replace("widget__", ""), value]);
  const kept = shown.filter(([name, value]) => value && /^(position|accent|theme|language|label_..)$/.test(name));
  const address = new URL(preview.getAttribute("src"), location.href);
  address.search = new URLSearchParams(kept);
  preview.contentWindow.location.replace(address);
}

form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(show, 400);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const lines = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(lines.textContent);
    document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text: button.dataset.copied } }));
  } catch {
    getSelection().selectAllChildren(lines); // an unencrypted address may not write there: it is chosen, Ctrl C does it
  }
});
