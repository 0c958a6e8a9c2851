// Keeps «ещё 25 мин» true while the page is open. The server's text stands until it is less than an hour away.
const words = JSON.parse(document.querySelector('meta[name="otk-words"]').content);
const minutes = (count) => words.min.replace("{}", count);

function refresh() {
  for (const time of document.querySelectorAll("time[data-left]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(seconds) >= 3600) continue;
    const whole = minutes(Math.max(Math.floor(Math.abs(seconds) / 60), 1));
    const text = seconds < 0 ? `\u2212${whole}` : words.left.replace("{}", whole);
    if (time.textContent !== text) time.textContent = text;
    const clock = time.closest(".clock");
    if (seconds < 0 && clock) clock.dataset.tone = "late";
  }
}

setInterval(refresh, 20_000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
