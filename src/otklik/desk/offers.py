"""Every page, setting and action of the desk by its name, in both languages and on both keyboard layouts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.pins import Standing
from otklik.desk.rail import LOOKS
from otklik.desk.settings_home import label_of
from otklik.foundation.actors import Actor
from otklik.foundation.http.forms import fields_in_use
from otklik.foundation.manifest import Page, open_to
from otklik.foundation.modules import foot, navigation, settings_pages
from otklik.foundation.text.language import other_layout

MOST_OFFERED = 8


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A way to a page. ``after``: what follows its address; ``where``: what its name alone does not say."""

    label: str | Promise
    page: Page
    after: str = ""
    where: str | Promise = ""

    @property
    def url(self) -> str:
        return self.page.url + self.after

    @property
    def icon(self) -> str:
        return self.page.icon


def _action(label: str | Promise, icon: str, route: str, after: str = "") -> Offer:
    return Offer(label=label, page=Page(route=route, label=label, icon=icon), after=after)


ACTIONS = (
    _action(_("New case"), "plus", "cases:new"),
    _action(_("My cases"), "user-check", "desk:inbox", "?view=mine"),
    _action(_("Waiting for us"), "message-2", "desk:inbox", "?view=waiting"),
    _action(_("Promise at risk"), "alarm", "desk:inbox", "?view=at-risk"),
    _action(_("Waiting for the customer's word"), "hourglass", "desk:inbox", "?view=solved"),
    _action(_("Came back"), "arrow-back-up", "desk:inbox", "?view=came-back"),
    _action(_("Not delivered"), "mail-x", "cases:undelivered"),
    _action(_("Held letters"), "mail-pause", "reach:held"),
    _action(pgettext_lazy("view", "Spam"), "ban", "desk:inbox", "?view=spam"),
    _action(_("All cases"), "archive", "desk:inbox", "?view=all"),
    _action(_("My account"), "user", "team:me"),
)


def pages() -> list[Offer]:
    """The pages of the navigation."""
    return [
        Offer(label=one.label, page=one, where="" if one.is_at_the_foot else LOOKS[one.section][0])
        for one in (*navigation(), *foot())
    ]


def house_settings() -> list[Offer]:
    """The pages of the settings, and each rule on them."""
    found = []
    for page in settings_pages():
        found.append(Offer(label=page.label, page=page, where=label_of(page.section)))
        fields = fields_in_use(page.form.base_fields) if page.form else {}
        found += [
            Offer(label=field.label or name, page=page, after=f"#id_{name}", where=page.label)
            for name, field in fields.items()
        ]
    return found


def fitting(offers: Sequence[Offer], text: str, actor: Actor) -> list[Offer]:
    """Those the actor may follow whose name, in either language, holds every typed word; the closest first."""
    meant = {text.lower(), other_layout(text)}
    named = zip(offers, _names([one.label for one in offers]), strict=True)
    ranked = [(rank, one) for one, names in named if (rank := _rank(names, meant)) is not None]
    open_pages = set(map(id, open_to(actor, [one.page for _rank_of_it, one in ranked])))
    return [one for _rank_of_it, one in sorted(ranked, key=lambda pair: pair[0]) if id(one.page) in open_pages]


def pinned(pins: Sequence[Standing], text: str) -> list[Standing]:
    """Those whose name holds every typed word, on either keyboard; all of them without words."""
    meant = {text.lower(), other_layout(text)}
    return [one for one in pins if not text or _rank([one.pin.name.lower()], meant) is not None]


def _rank(names: Sequence[str], meant: set[str]) -> int | None:
    """0 for a name that begins so, 1 for one that holds it, None for another."""
    if any(name.startswith(text) for name in names for text in meant):
        return 0
    return 1 if any(all(word in name for word in text.split()) for name in names for text in meant) else None


def _names(labels: Sequence[str | Promise]) -> list[tuple[str, ...]]:
    """What each is called in every language of the desk, in small letters."""
    in_languages = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            in_languages.append([str(label).lower() for label in labels])
    return list(zip(*in_languages, strict=True))
