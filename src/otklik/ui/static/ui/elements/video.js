// <otk-video player="https://…" host="YouTube" show="Show here" about="…"> around a link: the player of another host is loaded only after a press.
class Video extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button, iframe")) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: this.getAttribute("show") });
    const about = Object.assign(document.createElement("small"), { textContent: this.getAttribute("about") });
    button.addEventListener("click", () => this.play());
    this.append(button, about);
  }
  play() {
    const frame = document.createElement("iframe");
    frame.src = this.getAttribute("player");
    frame.title = this.querySelector("a")?.textContent ?? this.getAttribute("host");
    frame.allow = "fullscreen; picture-in-picture; encrypted-media";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.sandbox = "allow-scripts allow-same-origin allow-presentation allow-popups";
    this.querySelector("button").replaceWith(frame);
    this.querySelector("small")?.remove();
    frame.focus();
  }
}
customElements.define("otk-video", Video);
