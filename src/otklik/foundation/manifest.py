"""What an app says of itself in its ``module.py``: plain data, read by those who enumerate (see ``modules``)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from otklik.foundation.actors import Actor, Role, may
from otklik.foundation.in_use import switched_off
from otklik.foundation.modules import rule_of


@dataclass(frozen=True, kw_only=True)
class Switch:
    """That a house may do without an app.

    ``leaves``: in one sentence, what is no longer there then; ``stays``: what is kept, and comes back with it.
    ``needs``: apps that can be switched off, too, and without which this one has nothing to do.
    """

    label: str | Promise
    icon: str
    leaves: str | Promise
    stays: str | Promise
    needs: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A rule of the house: its default gives its type, ``label`` is what it is called when it was changed."""

    name: str
    default: Any
    label: str | Promise


class Section(IntEnum):
    """The parts of the navigation, in its order."""

    WORK = 1
    CUSTOMERS = 2
    VOICE = 3
    KNOWLEDGE = 4
    PEOPLE = 5
    FIGURES = 6
    FOOT = 7


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the staff that a list of pages offers.

    ``route``: the name of its address; no ``permission``: open to everybody; ``place`` orders what several apps bring.
    ``needs``: an app below that the page is about, and without which it is not there. ``key``: with which it is opened
    from anywhere, as ``KeyboardEvent.code`` names it.
    """

    route: str
    label: str | Promise
    icon: str
    permission: str = ""
    place: int = 0
    needs: str = ""
    key: str = ""

    @property
    def url(self) -> str:
        return reverse(self.route)

    @property
    def letter(self) -> str:
        """What stands on its key."""
        return self.key.removeprefix("Key")

    @property
    def apps(self) -> set[str]:
        """Those that must be in use for the page to be there."""
        return {self.route.partition(":")[0], self.needs}

    @property
    def is_there(self) -> bool:
        try:
            return bool(self.url)
        except NoReverseMatch:
            return False


@dataclass(frozen=True, kw_only=True)
class Entry(Page):
    """A page in the navigation, with the ``name`` by which pages say that one is there.

    ``count``: the rows that wait for this agent at that moment (which may be a placeholder of a kept statement); they
    are counted up to a hundred, in one query with all others.
    """

    name: str
    section: Section
    count: Callable[[Actor, datetime], QuerySet[Any]] | None = None

    @property
    def is_at_the_foot(self) -> bool:
        return self.section is Section.FOOT


@dataclass(frozen=True, kw_only=True)
class SettingsPage(Page):
    """A page of the settings. ``about``: what is set there, in one sentence; ``section``: among which pages it stands.

    ``form``: its rules of the house, each of which is found by its own words.
    """

    about: str | Promise
    section: Section = Section.FOOT
    form: type[Form] | None = None


def open_to[P: Page](actor: Actor, pages: Iterable[P]) -> list[P]:
    """Pages that exist in this house and that the actor may open."""
    off = switched_off()
    return [
        one
        for one in pages
        if not off & one.apps and (not one.permission or may(actor, one.permission)) and one.is_there
    ]


class Beside(StrEnum):
    """The columns of the case's page that panels stand in: about the case, or about its customer."""

    CASE = "case"
    CUSTOMER = "customer"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What an app shows beside a case, on its page for the staff.

    ``template`` is drawn with what ``facts`` makes of the case for whoever looks, in one query at most; None: nothing
    to show. It stands in an element with the id ``panel-NAME``, is drawn anew while others work on the case (so it
    holds no field that somebody types in, but leads to a page for that), and an app's own page can answer with it.
    """

    name: str
    template: str
    facts: Callable[[Any, Actor], Mapping[str, Any] | None]
    beside: Beside = Beside.CASE
    permission: str = ""
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class CustomerPanel:
    """What an app shows its customer on the page of their case: as ``Panel``, but ``facts`` gets the page's link."""

    name: str
    template: str
    facts: Callable[[Any, str], Mapping[str, Any] | None]
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class Move:
    """A page on which something is done with a case, offered in its menu; ``route`` takes the case's ``number``.

    ``fits``: whether it can be done with this case, without asking the database.
    """

    route: str
    label: str | Promise
    icon: str
    permission: str = ""
    fits: Callable[[Any], bool] | None = None

    def url_of(self, number: int) -> str:
        return reverse(self.route, kwargs={"number": number})


type NamesOf = Callable[[Collection[int]], Mapping[int, str]]
"""What rows are called now, asked of the database once for many."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A word of sentences that stands for a row: ``key`` of an event's payload holds its id."""

    word: str
    key: str
    names: NamesOf


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A word of sentences that stands for a code: ``means`` says in the reader's language what ``key`` holds.

    It is given '' when the payload holds nothing.
    """

    word: str
    key: str
    means: Callable[[str], str]
    is_sentence: bool = False


@dataclass(frozen=True, kw_only=True)
class Record:
    """Rows each of which has a page of its own, which a person may pin.

    ``route``: the name of that address, which takes the row's id as ``key``; ``in_sight``: the rows that this person
    may see, all of them for the system; ``names``: what they are called, '' for a row without a name.
    """

    route: str
    key: str
    label: str | Promise
    icon: str
    in_sight: Callable[[Actor], QuerySet[Any]]
    names: NamesOf
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertKind:
    """What an agent can be told at once. ``told``: how the history says it; ``title`` and ``icon`` head the alert.

    What is not about a case says ``about`` the house what to do, with a link to ``route``; there ``%(why)s`` is what
    ``why`` makes of the alert's source.
    """

    name: str
    told: str | Promise
    title: str | Promise
    icon: str
    tone: str
    about: str | Promise = ""
    route: str = ""
    why: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class LiveRows:
    """Rows that others change while a list shows them: it asks for them anew when one of ``events`` happens.

    ``permission``: who may hear that; ``is_ones_own``: only of events whose ``agent_id`` is the listener's.
    ``whispers``: what is told to open pages and kept nowhere; of rows that are one's own only what one did oneself.
    """

    name: str
    events: Sequence[str]
    whispers: Sequence[str] = ()
    permission: str = ""
    is_ones_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Pop:
    """What is shown at once on whatever page somebody is. ``route``: a fragment, asked for anew when one of ``events``
    happens whose ``agent_ids`` hold the reader."""

    route: str
    events: Sequence[str]
    permission: str = ""

    @property
    def app(self) -> str:
        return self.route.partition(":")[0]

    @property
    def url(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Why a letter of ours is written; ``told`` is what stands for such a letter in its case, '' for its words.

    ``is_automatic``: nobody of ours needs to have written it; ``is_asked_for``: such a letter goes even to who pressed
    "spam" on another; ``is_capped``: one address gets no more of them in an hour than the house allows.
    """

    name: str
    is_automatic: bool
    told: str | Promise = ""
    is_asked_for: bool = False
    is_capped: bool = False


@dataclass(frozen=True, kw_only=True)
class Every:
    """What is done as time passes, each ``minutes`` (1..59) by one worker.

    ``while_off``: also while the house does without the app, for what was promised about its facts.
    """

    minutes: int
    run: Callable[[], None]
    while_off: bool = False

    def __post_init__(self) -> None:
        if self.minutes not in range(1, 60):
            raise ValueError(self.minutes)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whose data is taken out or erased; ``cases``: the numbers of theirs that the actor sees."""

    customer_id: int
    cases: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found for words typed into the palette."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Finder:
    """How an app is searched in the palette: a heading, and what it finds for words and whoever typed them."""

    label: str | Promise
    icon: str
    find: Callable[[str, Actor], Sequence[Found]]


type Finding = tuple[bool | None, str]
"""Whether something is well (None: worth knowing, not wrong), and what was found, with what to do when it is not."""
type Deeds = Iterator[tuple[datetime, Callable[[], None]]]
"""What is done in a demo company, each at its moment."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One app.

    ``switch``: how a house does without it; None for what everything else stands on. ``permissions``: each with the
    roles that have it. ``pages``: what people may pin beside the pages of the navigation and the settings; ``records``:
    rows that they may. ``sentences``: every event of the app, marked for translation; a ``%(word)s`` in it is one of
    ``names`` or ``codes``. ``fields``: what that which can change is called, as it stands in a list after a colon.
    ``lists``: rows that renew themselves while somebody looks; ``pops``: what stands up on every page. ``timeline``:
    the events about a case that its page tells in their sentence, each with an icon. ``panels`` and
    ``customer_panels``: what stands beside a case on its pages for the staff and for the customer; ``moves``: what
    else is done with one. ``export``: what the app keeps of a person, under names of its own; ``erase``: forgets what
    is personal of it, and may be asked twice. ``checks``:
    what ``otklik doctor`` asks, by its heading.

    What few processes need is named by its path and loaded by those: ``urls`` (addresses under ``/desk/``),
    ``customer_urls`` (addresses of customers, from the root), ``api`` (a router), ``demo`` (given the moment at which
    the demo is looked at and a chance, it returns ``Deeds``).
    """

    name: str
    switch: Switch | None = None
    permissions: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    policies: Sequence[Policy] = ()
    navigation: Sequence[Entry] = ()
    settings: Sequence[SettingsPage] = ()
    pages: Sequence[Page] = ()
    records: Sequence[Record] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[Named] = ()
    codes: Sequence[Coded] = ()
    fields: Mapping[str, str | Promise] = field(default_factory=dict)
    timeline: Mapping[str, str] = field(default_factory=dict)
    alerts: Sequence[AlertKind] = ()
    lists: Sequence[LiveRows] = ()
    pops: Sequence[Pop] = ()
    panels: Sequence[Panel] = ()
    customer_panels: Sequence[CustomerPanel] = ()
    moves: Sequence[Move] = ()
    purposes: Sequence[Purpose] = ()
    clock: Sequence[Every] = ()
    export: Callable[[Person], Mapping[str, Any]] | None = None
    erase: Callable[[Person], None] | None = None
    search: Finder | None = None
    checks: Mapping[str, Callable[[], Iterator[Finding]]] = field(default_factory=dict)
    urls: str = ""
    customer_urls: str = ""
    api: str = ""
    demo: str = ""

    @property
    def rules(self) -> Sequence[Policy]:
        """The app's own, and the one by which the house does without it."""
        if self.switch is None:
            return self.policies
        return (*self.policies, Policy(name=rule_of(self.name), default=True, label=self.switch.label))
