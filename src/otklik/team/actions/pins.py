"""The only writer of pins: the pages that a person keeps at hand, in their order."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pinnable import RecordPin, gone, name_of, now_open, pinnable_at
from otklik.team.models import MOST_PINS, Agent
from otklik.team.queries import Pin, pins_of

LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """What became of ``pin``, as it was before the change; places count from 0. ``gone``: what led nowhere, by name."""

    pin: Pin
    was_at: int
    is_at: int
    count: int
    gone: Sequence[str] = ()


@transaction.atomic
def pin_page(*, address: str, actor: Actor, name: str = "", at: int | None = None) -> Pinned:
    """Keep a page at hand: as the last one, or where it stood; a pinned one stays as it is.

    ``name`` '': as the page is called. Pages that are no more fall off in passing.
    Raises ``Refusal('not_pinnable' | 'not_found' | 'pins_full')``.
    """
    page = pinnable_at(address)
    if page is None:
        raise Refusal("not_pinnable", _("This page cannot be pinned."))
    if page.address not in now_open(actor, [page]):
        raise Refusal("not_found", _("This is no longer here."))
    pins = _held(actor.agent_id)
    known = _place(pins, page.address)
    if known is not None:
        return Pinned(pin=pins[known], was_at=known, is_at=known, count=len(pins))
    left, fallen = _without_the_gone(pins)
    if len(left) >= MOST_PINS:
        text = _("You have pinned %(count)d pages, and there is room for no more. Unpin one of them first.")
        raise Refusal("pins_full", text % {"count": MOST_PINS})
    pin = Pin(address=page.address, name=(name.strip() or name_of(page))[:LONGEST_NAME])
    place = len(left) if at is None else max(0, min(at, len(left)))
    _keep(actor.agent_id, [*left[:place], pin, *left[place:]])
    return Pinned(pin=pin, was_at=place, is_at=place, count=len(left) + 1, gone=[one.name for one in fallen])


@transaction.atomic
def unpin_page(*, address: str, actor: Actor) -> Pinned:
    """Raises ``Refusal('not_pinned')``."""
    return _changed(actor, address, lambda others, _pin, _place: others)


@transaction.atomic
def rename_pin(*, address: str, name: str, actor: Actor) -> Pinned:
    """Raises ``Refusal('not_pinned' | 'name_missing')``."""
    if not name.strip():
        text = _("Give it a name.")
        raise Refusal("name_missing", text, fields={"name": text})
    renamed = name.strip()[:LONGEST_NAME]
    return _changed(
        actor,
        address,
        lambda others, pin, place: [*others[:place], Pin(address=pin.address, name=renamed), *others[place:]],
    )


@transaction.atomic
def move_pin(*, address: str, to: int, actor: Actor) -> Pinned:
    """Put a pin at a place among the others, counted from 0; beyond the ends means at the end.

    Raises ``Refusal('not_pinned')``.
    """
    at = max(to, 0)
    return _changed(actor, address, lambda others, pin, _place: [*others[:at], pin, *others[at:]])


@transaction.atomic
def forget_pins(*, rows: Mapping[type[Model], Collection[int]], words: Collection[str]) -> None:
    """Nobody keeps at hand what tells of somebody who is forgotten: the pages of these rows, and whatever names them.

    ``words``: their names and addresses, found as whole words in what a pin is called and in what narrows its list.
    """
    named = [re.escape(word) for word in words if word]
    names = re.compile(rf"(?<!\w)(?:{'|'.join(named)})(?!\w)" if named else "(?!)", re.IGNORECASE)
    for agent_id in Agent.objects.exclude(pins=[]).order_by("id").values_list("id", flat=True):
        pins = _held(agent_id)
        left = [one for one in pins if not _tells(one, rows, names)]
        if len(left) < len(pins):
            _keep(agent_id, left)


def _tells(pin: Pin, rows: Mapping[type[Model], Collection[int]], names: re.Pattern[str]) -> bool:
    page = pinnable_at(pin.address)
    if isinstance(page, RecordPin) and page.row in rows.get(page.record.in_sight(SYSTEM).model, ()):
        return True
    return bool(names.search(pin.name) or names.search(unquote_plus(pin.address)))


def _changed(actor: Actor, address: str, change: Callable[[list[Pin], Pin, int], list[Pin]]) -> Pinned:
    """Write what ``change`` makes of the other pins, this one, and its place."""
    pins = _held(actor.agent_id)
    place = _place(pins, address)
    if place is None:
        raise Refusal("not_pinned", _("This page is not pinned any more."))
    changed = change([*pins[:place], *pins[place + 1 :]], pins[place], place)
    _keep(actor.agent_id, changed)
    return Pinned(pin=pins[place], was_at=place, is_at=_place(changed, address) or 0, count=len(changed))


def _held(agent_id: int) -> list[Pin]:
    """Somebody's pins, which nobody changes until the transaction ends."""
    return pins_of(Agent.objects.select_for_update().only("pins").get(pk=agent_id))


def _keep(agent_id: int, pins: Sequence[Pin]) -> None:
    kept = [{"address": one.address, "name": one.name} for one in pins]
    Agent.objects.filter(pk=agent_id).update(pins=kept)


def _place(pins: Sequence[Pin], address: str) -> int | None:
    return next((place for place, one in enumerate(pins) if one.address == address), None)


def _without_the_gone(pins: Sequence[Pin]) -> tuple[list[Pin], list[Pin]]:
    """Those that lead somewhere, and those that do not."""
    known = {one.address: pinnable_at(one.address) for one in pins}
    dead = gone([page for page in known.values() if page is not None])
    dead |= {address for address, page in known.items() if page is None}
    return [one for one in pins if one.address not in dead], [one for one in pins if one.address in dead]
