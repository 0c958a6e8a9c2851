"""Hands on a keyboard: nothing is clicked, the focus is seen at every step."""

from playwright.sync_api import Page

_FAR = 160
IS_HERE = """(wanted) => Boolean(document.activeElement?.matches(wanted))"""
WHERE = """() => (document.activeElement?.outerHTML ?? "nothing").slice(0, 160)"""
LOOKS_DIFFERENT = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return true;
  document.getAnimations().forEach((one) => one.effect.getTiming().iterations === Infinity || one.finish());
  const around = [here, here.closest('label, li, form, .item'), here.nextElementSibling, here.parentElement];
  const look = () => around.filter(Boolean).map((node) => {
    const style = getComputedStyle(node);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.opacity].join();
  }).join(';');
  const focused = look();
  here.blur();
  const plain = look();
  here.focus({focusVisible: true, preventScroll: true});
  const box = here.getBoundingClientRect();
  const tall = innerHeight, wide = innerWidth;
  return focused !== plain && box.bottom > 0 && box.top < tall && box.right > 0 && box.left < wide;
}"""


class Hands:
    """Keys for a page, and what the eyes see meanwhile."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def is_at(self, selector: str) -> bool:
        return bool(self.page.evaluate(IS_HERE, selector))

    def go_to(self, selector: str, *, key: str = "Tab") -> None:
        """Tab until the focus is there. Raises ``AssertionError`` when it never comes there."""
        for _ in range(_FAR):
            if self.is_at(selector):
                return
            self.press(key)
            if not self.page.evaluate(LOOKS_DIFFERENT):
                self.unseen.append(self.where())
        raise AssertionError(f"Tab never comes to {selector}; now at {self.where()}")

    def walk_around(self) -> list[str]:
        """Tab until the page begins again; every stop."""
        stops: list[str] = []
        for _ in range(_FAR):
            self.press("Tab")
            if self.is_at("body") or (stops and self.where() == stops[0]):
                break
            stops.append(self.where())
            if not self.page.evaluate(LOOKS_DIFFERENT):
                self.unseen.append(self.where())
        return stops

    def where(self) -> str:
        return str(self.page.evaluate(WHERE))

    def wait_at(self, selector: str) -> None:
        """Until the focus is there by itself."""
        try:
            self.page.wait_for_function(IS_HERE, arg=selector, timeout=10_000)
        except Exception as error:
            raise AssertionError(f"the focus is not at {selector} but at {self.where()}") from error
