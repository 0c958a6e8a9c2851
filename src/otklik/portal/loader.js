/* Otklik: the help button. Settings: __SETTINGS__ */
(() => {
  const house = __HOUSE__;
  const tag = document.currentScript;
  const chosen = {...tag?.dataset};
  const place = chosen.position || house.position;

  // While the button itself does not come: a link to where we can be reached without it.
  const plain = () => {
    if (place === "none") return undefined;
    const {mail, call, words} = house;
    const spoken = words[chosen.language || house.language || document.documentElement.lang.slice(0, 2)];
    const link = document.createElement("a");
    link.href = mail ? `mailto:${mail}` : call?.href ?? new URL("/contact/", house.url);
    link.textContent = chosen.label || (spoken ?? Object.values(words)[0]).label;
    link.title = [mail, call?.phone].filter(Boolean).join(", ");
    link.dataset.otklikPlain = "";
    const looks = {position: "fixed", bottom: "20px", zIndex: 2147483000, padding: "14px 20px", borderRadius: "99px"};
    const colours = {background: "#1d2430", color: "#fff", font: "600 16px system-ui, sans-serif", textDecoration: "none"};
    Object.assign(link.style, looks, colours, {[place === "left" ? "left" : "right"]: "20px"});
    return document.body.appendChild(link);
  };

  let link;
  const waiting = setTimeout(() => (link = plain()), 3_000);
  import(new URL(house.module, tag?.src ?? house.url)).then(
    ({begin}) => {
      clearTimeout(waiting);
      link?.remove();
      begin(house, chosen);
    },
    () => {
      clearTimeout(waiting);
      link ??= plain();
    },
  );
})();
