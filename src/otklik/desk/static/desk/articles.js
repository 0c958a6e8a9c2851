// "/" and words in the answer: templates and help articles to put in, as a list under the text. A link in the panel
// of articles puts itself into the answer instead of leading away.
const area = document.getElementById("reply");
const editor = area?.closest("otk-letter");
const list = document.getElementById("slash");
const open = () => list.matches(":popover-open");
const options = () => [...list.querySelectorAll('[role="option"]')];
let asked = 0;
let timer;

// What stands between "/" (at the beginning of a line or after a space) and the cursor, or undefined.
const wanted = () => editor.before().match(/(?:^|\s)\/([^\n/]{0,60})$/)?.[1];

function close() {
  clearTimeout(timer);
  asked += 1;
  editor.field.removeAttribute("aria-activedescendant");
  if (open()) list.hidePopover();
}

function choose(index) {
  options().forEach((option, place) => {
    option.id = `slash-${place}`;
    option.setAttribute("aria-selected", String(place === index));
    if (place !== index) return;
    option.scrollIntoView({ block: "nearest" });
    editor.field.setAttribute("aria-activedescendant", option.id);
  });
}

function offer() {
  const words = wanted();
  clearTimeout(timer);
  if (words === undefined) return close();
  const mine = ++asked;
  timer = setTimeout(async () => {
    const address = `${list.dataset.from}?${new URLSearchParams({ q: words.trim() })}`;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== asked) return;
    list.innerHTML = await answer.text();
    choose(0);
    if (!open()) list.showPopover();
  }, 150);
}

function take(option) {
  const over = (wanted()?.length ?? -1) + 1;
  close();
  editor.put(option.dataset.text, { over });
  if (option.dataset.macro) area.form.elements.macro.value = option.dataset.macro;
}

if (area && list) {
  area.addEventListener("input", offer);
  editor.addEventListener("focusout", () => setTimeout(() => editor.field.contains(document.activeElement) || close(), 150));
  const key = (event) => {
    if (!open() || !editor.field.contains(event.target)) return;
    const all = options();
    const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (["ArrowDown", "ArrowUp"].includes(event.key) && all.length) {
      event.preventDefault();
      choose((here + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey && all[here]) {
      event.preventDefault();
      take(all[here]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  editor.addEventListener("keydown", key, true);
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}

document.addEventListener("click", (event) => {
  const source = event.target.closest(".articles [data-insert], #found [data-insert]");
  if (!source || !area || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.querySelector('form[data-kind="note"]:not([hidden]) [data-mode="reply"]')?.click();
  source.closest("dialog")?.close();
  editor.put(source.dataset.insert);
});
