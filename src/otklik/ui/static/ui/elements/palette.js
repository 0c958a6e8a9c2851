// Ctrl K opens <dialog class="palette" id="palette">; arrows move over its [role=option] links, Enter follows one.
const palette = () => document.getElementById("palette");

document.addEventListener("keydown", (event) => {
  const dialog = palette();
  if (!dialog) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") {
    event.preventDefault();
    dialog.open ? dialog.close() : dialog.showModal();
    dialog.querySelector("input")?.select();
  } else if (dialog.open && dialog.contains(event.target)) {
    move(dialog, event);
  }
});

function move(dialog, event) {
  const options = [...dialog.querySelectorAll('[role="option"]')];
  const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && here >= 0) {
    event.preventDefault();
    options[here].click();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && options.length) {
    event.preventDefault();
    const next = (here + (event.key === "ArrowDown" ? 1 : here < 0 ? 0 : -1) + options.length) % options.length;
    choose(dialog, options, next);
  }
}

function choose(dialog, options, next) {
  options.forEach((option, index) => {
    option.id ||= `palette-${index}`;
    option.setAttribute("aria-selected", String(index === next));
  });
  options[next].scrollIntoView({ block: "nearest" });
  dialog.querySelector("input")?.setAttribute("aria-activedescendant", options[next].id);
}
