// A log-in page over an open page of the desk: bare, and the last one says that it is done (session.js).
if (parent !== window) {
  document.documentElement.dataset.framed = "";
  if (document.querySelector("[data-in]")) parent.postMessage("otk:in", location.origin);
}
