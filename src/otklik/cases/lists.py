"""Lists of cases by promise or by the newest word, page by page, however long they are.

A list is a few *segments* in a fixed order (open with a promise, open without, solved, closed); each is one index walk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseKind, Priority
from otklik.cases.queries import alike, anybody, eyes_of, view_filter, visible_to
from otklik.foundation.actors import Actor, ActorKind, Sight
from otklik.foundation.database.compiled import Compiled, Given, GivenIds
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import decode_cursor, encode_cursor

PAGE = 50
_ASKED = PAGE + 1
SORTS = ("promise", "word", "created")
_CLOSED = [Case.State.SATISFIED, Case.State.UNCONFIRMED]
_FINISHED_VIEWS = frozenset({"closed", "unconfirmed", "spam"})
VIEWS = (
    "mine", "waiting", "at-risk", "solved", "came-back", "undelivered", "open", "closed", "unconfirmed", "spam", "all",
)  # fmt: skip


class Row(NamedTuple):
    """One case of a list, as it comes from the database."""

    id: int
    state: str
    subject: str
    preview: str
    channel: str
    kind: str
    priority: str
    tags: list[str]
    waits_for: str
    came_back: int
    reminders: int
    is_undelivered: bool
    due_at: datetime | None
    next_word_by: datetime | None
    created_at: datetime
    asked_at: datetime | None
    last_word_at: datetime
    solved_at: datetime | None
    owner_id: int
    customer: str
    organization: str | None
    satisfaction: int | None
    merged_into: int | None


_NUMBER = re.compile("[0-9]{1,17}")
_FURTHER = ("customer__name", "organization__name", "word__satisfaction", "custom__merged_into")
_COLUMNS = (*Row._fields[:19], *_FURTHER)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which list somebody asks for: the query string of the inbox, made safe."""

    view: str = "mine"
    sort: str = "promise"
    team: int | None = None
    owner: int | None = None
    state: str = ""
    kind: str = ""
    priority: str = ""
    tag: str = ""
    after: str = ""
    before: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the view, as it stands in the address."""
        chosen = {
            "owner": self.owner,
            "state": self.state,
            "kind": self.kind,
            "priority": self.priority,
            "tag": self.tag,
        }
        return {name: str(value) for name, value in chosen.items() if value}

    def query(self, **changes: str | None) -> str:
        """The query string of this list with some parts changed; pages start anew unless told."""
        parts: dict[str, str] = {"view": self.view, **({"team": str(self.team)} if self.team else {}), **self.filters}
        if self.sort != default_sort(self.view):
            parts["sort"] = self.sort
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in {**parts, **changes}.items() if value})
        return f"?{query.urlencode()}"


def default_sort(view: str) -> str:
    return "word" if view in {*_FINISHED_VIEWS, "all"} else "promise"


def wish_of(query: QueryDict) -> Wish:
    """What a query string asks for; whatever it does not know is passed over."""
    team = _number(query.get("team"))
    view = query.get("view") or ("open" if team else "mine")
    view = view if view in VIEWS else "mine"
    sort = query.get("sort", "")
    return Wish(
        view=view,
        sort=sort if sort in SORTS else default_sort(view),
        team=team,
        owner=_number(query.get("owner")),
        state=_one_of(query.get("state"), Case.State.values),
        kind=_one_of(query.get("kind"), CaseKind.values),
        priority=_one_of(query.get("priority"), Priority.values),
        tag=" ".join(query.get("tag", "").lower().split())[:40],
        after=query.get("after", ""),
        before=query.get("before", ""),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _one_of(text: str | None, known: Sequence[str]) -> str:
    return text if text and text in known else ""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Cases of one kind in one order: ``by`` is the moment that orders them, ``newest_first`` its direction."""

    cases: QuerySet[Case]
    by: str
    newest_first: bool = False
    walks: dict[tuple[bool, bool], Compiled[tuple[Any, ...]]] = field(default_factory=dict, compare=False)

    def walk(self, *, after: tuple[datetime, int] | None, backwards: bool, size: int) -> list[Row]:
        falling, is_first = self.newest_first != backwards, after is None
        if (falling, is_first) not in self.walks:
            self.walks[falling, is_first] = Compiled(lambda: self._rows(falling=falling, is_first=is_first))
        moment, pk = after or (None, None)
        found = self.walks[falling, is_first](now=timezone.now(), moment=moment, pk=pk)
        rows = [Row(*row) for row in found[:size]]
        return rows[::-1] if backwards else rows

    def _rows(self, *, falling: bool, is_first: bool) -> QuerySet[Case, tuple[Any, ...]]:
        cases = self.cases
        if not is_first:
            sign, moment, pk = "lt" if falling else "gt", Given("moment"), Given("pk")
            beyond = Q(**{f"{self.by}__{sign}": moment}) | Q(**{self.by: moment, f"pk__{sign}": pk})
            cases = cases.filter(Q(**{f"{self.by}__{sign}e": moment}) & beyond)
        order: list[Any] = [F(self.by).desc(), "-pk"] if falling else [F(self.by).asc(), "pk"]
        return cases.order_by(*order).values_list(*_COLUMNS)[:_ASKED]


def segments(wish: Wish, actor: Actor) -> list[Segment]:
    """The parts of the list, in the order in which they are shown."""
    return _segments(replace(wish, after="", before=""), actor)


@lru_cache(maxsize=128)
def _segments(wish: Wish, actor: Actor) -> list[Segment]:
    cases = _narrowed(visible_to(actor).filter(_view(wish.view, actor)), wish)
    moment = {"promise": "last_word_at", "word": "last_word_at", "created": "created_at"}[wish.sort]
    is_open, is_solved, is_closed = Q(state=Case.State.OPEN), Q(state=Case.State.SOLVED), Q(state__in=_CLOSED)
    if wish.view in _FINISHED_VIEWS:
        return [Segment(cases=cases, by=moment, newest_first=True)]
    if wish.view in {"all", "undelivered"} and wish.sort != "promise":
        return [Segment(cases=cases, by=moment, newest_first=True)]
    found: list[Segment] = []
    if wish.view != "solved" and wish.sort == "promise":
        found += [
            Segment(cases=cases.filter(is_open, due_at__isnull=False), by="due_at"),
            Segment(cases=cases.filter(is_open, due_at=None), by="last_word_at", newest_first=True),
        ]
    elif wish.view != "solved":
        found.append(Segment(cases=cases.filter(is_open), by=moment, newest_first=True))
    if wish.view in {"mine", "open", "solved", "all", "undelivered"}:
        by_promise = wish.sort == "promise"
        order = "solved_at" if by_promise else moment
        found.append(Segment(cases=cases.filter(is_solved), by=order, newest_first=not by_promise))
    if wish.view in {"all", "undelivered"}:
        found.append(Segment(cases=cases.filter(is_closed), by="last_word_at", newest_first=True))
    return found


def _view(name: str, actor: Actor) -> Q:
    if name == "mine":
        return Q(owner_id=actor.pk) | Q(deputy_id=actor.pk)
    now: Any = Given("now")
    return Q() if name == "open" else view_filter(name, actor, now=now)


def _narrowed(cases: QuerySet[Case], wish: Wish) -> QuerySet[Case]:
    exact = {"team_id": wish.team, "owner_id": wish.owner, "state": wish.state, "kind": wish.kind}
    exact["priority"] = wish.priority
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    return cases.filter(tags__contains=[wish.tag]) if wish.tag else cases


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """Rows of one page; ``newer`` and ``older`` are query strings, '' at the ends."""

    rows: Sequence[Row]
    newer: str
    older: str
    wish: Wish
    now: datetime = field(default_factory=timezone.now)


def list_page(wish: Wish, actor: Actor) -> ListPage:
    """One page of a list. Raises ``Refusal('cursor_invalid')`` for an address that is not ours."""
    parts = segments(wish, actor)
    backwards = bool(wish.before)
    at, key = _place(wish.before or wish.after, parts)
    found: list[tuple[int, Row]] = []
    for index in _way(at, len(parts), backwards=backwards):
        left = _ASKED - len(found)
        rows = parts[index].walk(after=key if index == at else None, backwards=backwards, size=left)
        marked = [(index, row) for row in rows]
        found = [*marked, *found] if backwards else [*found, *marked]
        if len(found) == _ASKED:
            break
    has_more = len(found) == _ASKED
    if has_more:
        found = found[1:] if backwards else found[:-1]
    has_newer = has_more if backwards else bool(key)
    has_older = bool(found) if backwards else has_more
    return ListPage(
        rows=[row for _index, row in found],
        newer=wish.query(before=_cursor(found[0], parts)) if found and has_newer else "",
        older=wish.query(after=_cursor(found[-1], parts)) if found and has_older else "",
        wish=wish,
    )


def first_numbers(wish: Wish, actor: Actor, *, most: int) -> tuple[list[int], bool]:
    """The numbers of the first cases of a list, from its beginning, and whether it goes on after them."""
    found: list[int] = []
    at = replace(wish, after="", before="")
    while True:
        page = list_page(at, actor)
        found += [row.id for row in page.rows]
        if len(found) > most or not page.older:
            return found[:most], len(found) > most
        at = replace(at, after=QueryDict(page.older[1:])["after"])


def _way(at: int | None, count: int, *, backwards: bool) -> range:
    if backwards:
        return range(count - 1 if at is None else at, -1, -1)
    return range(at or 0, count)


def _cursor(marked: tuple[int, Row], parts: Sequence[Segment]) -> str:
    index, row = marked
    moment: Any = getattr(row, parts[index].by)
    return encode_cursor([index, moment.isoformat(), row.id])


def _place(cursor: str, parts: Sequence[Segment]) -> tuple[int | None, tuple[datetime, int] | None]:
    if not cursor:
        return None, None
    try:
        index, moment, pk = decode_cursor(cursor)
        return range(len(parts))[index], (datetime.fromisoformat(moment), int(pk))
    except (IndexError, TypeError, ValueError) as error:
        raise Refusal("cursor_invalid", _("This page address is not complete.")) from error


def rows_of(numbers: Sequence[int], actor: Actor) -> dict[int, Row]:
    """The rows of these cases, by number; those out of sight are missing."""
    rows = _rows(*alike(actor))(numbers=numbers, **eyes_of(actor))
    return {row[0]: Row(*row) for row in rows}


@cache
def _rows(kind: ActorKind, sight: Sight) -> Compiled[tuple[Any, ...]]:
    cases = visible_to(anybody(kind, sight)).filter(pk__in=GivenIds("numbers"))
    return Compiled(lambda: cases.order_by().values_list(*_COLUMNS))
