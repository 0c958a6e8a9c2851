// How htmx answers are taken: a redirect is a real navigation, an error is said aloud, the focus goes to what is wrong.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);

document.addEventListener("htmx:before:response", (event) => {
  const response = event.detail.ctx.response.raw;
  if (!response.redirected) return;
  event.preventDefault();
  location.assign(response.url);
});

const tell = () => document.dispatchEvent(new CustomEvent("otk:toast", { detail: { text: words.problem } }));
document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  const saysItself = [409, 422].includes(response.status) || text?.includes("<hx-partial");
  const refused = new CustomEvent("otk:refused", { cancelable: true, detail: { status: response.status, element: event.detail.ctx.sourceElement } });
  if (!saysItself && document.dispatchEvent(refused)) tell();
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) tell();
});

const focusProblem = (root) => (root.querySelector("[data-focus]") ?? root.querySelector('[aria-invalid="true"]'))?.focus();
document.addEventListener("htmx:after:swap", (event) => {
  const ctx = event.detail.ctx;
  if ([409, 422].includes(ctx?.response?.status)) focusProblem(ctx.target?.isConnected ? ctx.target : document);
});

// What had the focus may be gone after a swap: then its place gets it, so that Tab goes on from there.
let place;
document.addEventListener("htmx:before:swap", () => {
  place = document.activeElement?.closest("[id][tabindex], form[id], section[id]");
});
document.addEventListener("htmx:after:swap", () => {
  if (place?.isConnected && document.activeElement === document.body) place.focus({ preventScroll: true });
});
document.querySelector("[data-focus]")?.focus();
