"""The rail of the staff: six sections of pages, the views of the cases, and what stands above and below them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.first_steps import concern, steps_left
from otklik.desk.queries import MOST_COUNTED
from otklik.foundation.actors import Actor
from otklik.foundation.manifest import Entry, Section
from otklik.foundation.policies import is_held_back

LOOKS: Mapping[Section, tuple[Promise, str]] = {
    Section.WORK: (pgettext_lazy("section", "Work"), "briefcase"),
    Section.CUSTOMERS: (pgettext_lazy("section", "Customers"), "users"),
    Section.VOICE: (pgettext_lazy("section", "Voice"), "quote"),
    Section.KNOWLEDGE: (pgettext_lazy("section", "Knowledge"), "book"),
    Section.PEOPLE: (pgettext_lazy("section", "People"), "id-badge-2"),
    Section.FIGURES: (pgettext_lazy("section", "Figures"), "chart-bar"),
}
"""What a section is called, and its icon."""

MOST_THUMBS = 4
_OF_WORK = 2
_LISTS_BELONG_TO = "inbox"
_VIEWS = (
    ("mine", pgettext_lazy("view", "Mine"), ""),
    ("waiting", _("Waiting for us"), ""),
    ("at-risk", pgettext_lazy("view", "At risk"), "risk"),
    ("solved", _("Waiting for the customer's word"), ""),
    ("came-back", pgettext_lazy("view", "Came back"), "back"),
)
_LETTERS = (
    ("undelivered", "cases:undelivered", _("Not delivered"), "undelivered"),
    ("held", "reach:held", _("Held letters"), ""),
)


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One row of the navigation; ``count`` is '' when there is nothing to say."""

    name: str
    label: str | Promise
    url: str
    icon: str = ""
    count: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the rail with its pages; ``lists``: more rows of it under a heading of their own."""

    name: str
    label: str | Promise
    icon: str
    count: str
    pages: Sequence[NavItem]
    lists: Sequence[tuple[str | Promise, Sequence[NavItem]]] = ()

    @property
    def url(self) -> str:
        return self.pages[0].url

    def holds(self, name: str) -> bool:
        """Whether the page of that name is one of this section's."""
        return any(one.name == name for one in chain(self.pages, *(rows for _heading, rows in self.lists)))


@dataclass(frozen=True, kw_only=True)
class Thumb:
    """A place at the bottom of a phone; ``stands_for``: the section whose other pages are its pages too."""

    item: NavItem
    stands_for: Part | None

    def is_at(self, name: str) -> bool:
        """Whether the page of that name is this one or one behind it."""
        return self.item.name == name or (self.stands_for is not None and self.stands_for.holds(name))


def shown_count(count: int) -> str:
    """'' for none, '99+' from a hundred on."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


def parts(pages: Sequence[Entry], found: Mapping[str, int], teams: Sequence[tuple[int, str]]) -> list[Part]:
    """The sections that have pages, in order. ``pages`` in the order of the navigation, ``found`` counts by name."""
    rail = []
    for section, group in groupby(pages, key=lambda one: one.section):
        entries = list(group)
        label, icon = LOOKS[section]
        count = shown_count(sum(found.get(one.name, 0) for one in entries))
        lists = _lists(found, teams) if any(one.name == _LISTS_BELONG_TO for one in entries) else ()
        rail.append(
            Part(
                name=section.name.lower(), label=label, icon=icon, count=count, pages=rows(entries, found), lists=lists
            )
        )
    return rail


def waiting(sections: Sequence[Part]) -> dict[str, NavItem]:
    """Address → the row of the rail that leads there and says that somebody waits."""
    found = chain.from_iterable(
        (*part.pages, *chain.from_iterable(rows for _, rows in part.lists)) for part in sections
    )
    return {one.url: one for one in found if one.count}


def thumbs(sections: Sequence[Part]) -> list[Thumb]:
    """The first pages of the first section, then the first page of each other, as many as a phone has room for."""
    if not sections:
        return []
    work, *others = sections
    first = [
        Thumb(item=one, stands_for=_lists_of(work) if one is work.pages[0] else None) for one in work.pages[:_OF_WORK]
    ]
    return [*first, *(Thumb(item=one.pages[0], stands_for=one) for one in others)][:MOST_THUMBS]


def _lists_of(part: Part) -> Part:
    return Part(name=part.name, label=part.label, icon=part.icon, count="", pages=part.pages[:1], lists=part.lists)


def rows(pages: Sequence[Entry], found: Mapping[str, int]) -> list[NavItem]:
    return [
        NavItem(
            name=one.name,
            label=one.label,
            icon=one.icon,
            url=one.url,
            count=shown_count(found.get(one.name, 0)),
            tone="accent",
        )
        for one in pages
    ]


def held_back() -> list[NavItem]:
    """Everybody sees why nothing leaves."""
    if not is_held_back():
        return []
    label, url = _("Letters are held back"), reverse("reach:restored")
    return [NavItem(name="restored", label=label, icon="mail-pause", url=url, count="!", tone="undelivered")]


def first_steps(actor: Actor) -> list[NavItem]:
    """For administrators of a new house, until all of it is done or put away."""
    if not concern(actor):
        return []
    label, url = _("First steps"), reverse("desk:steps")
    return [NavItem(name="steps", label=label, icon="checklist", url=url, count=str(steps_left()), tone="accent")]


def _lists(found: Mapping[str, int], teams: Sequence[tuple[int, str]]) -> list[tuple[str | Promise, Sequence[NavItem]]]:
    of_teams = [_view(f"team:{pk}", name, f"team={pk}", found.get(f"team:{pk}", 0)) for pk, name in teams]
    lists: list[tuple[str | Promise, Sequence[NavItem]]] = [(_("My views"), _views(found))]
    return [*lists, (_("Teams"), of_teams)] if of_teams else lists


def _view(name: str, label: str | Promise, query: str, count: int = 0, tone: str = "") -> NavItem:
    url = f"{reverse('desk:inbox')}?{query}"
    return NavItem(name=name, label=label, url=url, count=shown_count(count), tone=tone)


def _views(found: Mapping[str, int]) -> list[NavItem]:
    views = [_view(f"view:{name}", label, f"view={name}", found.get(name, 0), tone) for name, label, tone in _VIEWS]
    letters = [
        NavItem(name=name, label=label, url=reverse(route), count=shown_count(found.get(name, 0)), tone=tone)
        for name, route, label, tone in _LETTERS
    ]
    return [*views, *letters, _view("view:spam", pgettext_lazy("view", "Spam"), "view=spam")]
