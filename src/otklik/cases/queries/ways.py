"""By which ways an answer in a case could reach its customer, and why some of them are shut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.cases.queries.conversations import with_what_is_known
from otklik.cases.queries.file import CaseFile
from otklik.customers.models import ContactPoint
from otklik.customers.queries import bounces_in
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Conversation, Inbox
from otklik.reach.queries import Recipients, door_of_people, first_mail_inbox, recipients_of_answer, why_shut
from otklik.standards.kinds import CHANNELS
from otklik.ui.words import phone


@dataclass(frozen=True, kw_only=True)
class Way:
    """``key``: what a form says of it; ``kind``: of its channel; ``name``: what people call that; ``to``: an address.

    ``shut``: why nothing would leave by it now, in words; '' when it would.
    """

    key: str
    kind: str
    name: str
    to: str
    shut: str
    recipients: Recipients


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The way on which the customer spoke last stands first. ``phones`` are for the voice."""

    all: Sequence[Way]
    chosen: Way | None
    phones: Sequence[str]

    @property
    def others(self) -> str:
        """Which other ways are open, in words; '' when the chosen one is."""
        if self.chosen is None or not self.chosen.shut:
            return ""
        known = [_("a letter to %(address)s") % {"address": one.to} if one.to else one.name for one in self._open()]
        known += [_("a call to %(number)s") % {"number": phone(number)} for number in self.phones]
        if not known:
            return _("No other way is known: ask for one when they write again.")
        return _("Open: %(ways)s.") % {"ways": "; ".join(known[:4])}

    def _open(self) -> Iterator[Way]:
        return (one for one in self.all if not one.shut)


def ways_of(file: CaseFile, *, via: str = "") -> Ways:
    """All ways to the customer of a case, without another question to the database for those that were used in it.

    ``via``: the key of the chosen one, '' for that on which the customer spoke last.
    """
    ways = [*_ways(file)]
    natural = ways[0] if ways and file.recipients().to else None
    chosen = next((one for one in ways if one.key == via), natural)
    phones = [point.value for point in file.points if point.kind == ContactPoint.Kind.PHONE]
    return Ways(all=ways, chosen=chosen, phones=phones)


def _ways(file: CaseFile) -> Iterator[Way]:
    seen: set[tuple[str, str]] = set()
    points = {(point.kind, point.value): point for point in file.points}
    spoken = file.spoken
    for talk in sorted(file.conversations, key=lambda one: (one is not spoken, -one.pk)):
        recipients = _recipients(file, talk)
        reached = [(_kind(recipients.via), person.email) for person in recipients.to]
        if not reached or not seen.isdisjoint(reached):
            continue
        seen |= {*reached, *((_kind(None), person.email) for person in recipients.cc)}
        yield _way(f"c{talk.pk}", recipients, points.get(reached[0]))
    for key, point in points.items():
        via = None if point.is_mail else door_of_people(point.kind)
        if key not in seen and (via is not None or (point.is_mail and first_mail_inbox() is not None)):
            yield _way(f"p{point.pk}", recipients_at(point, name=file.case.customer.name, via=via), point)


def recipients_at(point: ContactPoint, *, name: str, via: Inbox | None) -> Recipients:
    """Of the first word by a way that was not used in the case."""
    return Recipients(to=(Address(email=point.value, name=name),), via=via)


def _recipients(file: CaseFile, talk: Conversation) -> Recipients:
    said = [letter.message for letter in file.letters]
    return recipients_of_answer(with_what_is_known(talk, file.case), said, bounces_in(file.points))


def _kind(via: Inbox | None) -> str:
    return via.people if via else ContactPoint.Kind.EMAIL


def _way(key: str, recipients: Recipients, point: ContactPoint | None) -> Way:
    via, person = recipients.via, recipients.to[0]
    return Way(
        key=key,
        kind=via.kind if via else "email",
        name=via.name if via else str(CHANNELS["email"].text),
        to="" if via else person.email,
        shut=why_shut(via, point),
        recipients=recipients,
    )
