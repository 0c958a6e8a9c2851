"""From those who were asked to those who have finished: by channel and segment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from django.db.models import Count, Q

from otklik.surveys.models import Invitation, Survey
from otklik.surveys.queries.counted import versions_asking
from otklik.surveys.queries.tallies import Narrowed, ways

ELSEWHERE: Final = "api"
_BEGUN = (Invitation.State.BEGUN, Invitation.State.FINISHED)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How many came so far; whom nobody invited are None in the first three."""

    invited: int | None = None
    delivered: int | None = None
    opened: int | None = None
    started: int = 0
    finished: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(
            invited=_sum(self.invited, other.invited),
            delivered=_sum(self.delivered, other.delivered),
            opened=_sum(self.opened, other.opened),
            started=self.started + other.started,
            finished=self.finished + other.finished,
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


type Place = tuple[str, str]
"""Channel and segment."""


def funnel(survey: Survey, narrowed: Narrowed) -> dict[Place, Steps]:
    """The steps of everybody who was invited or began in this time, by channel and segment.

    Of letters the steps are those of the same invitations: whoever was asked in this time, whenever they answered. An
    invitation to an anonymous or confidential survey does not know who has finished; there the sittings say how many,
    never more than have begun. What a program brought in under a channel by which others were invited is told apart.
    Four statements at most.
    """
    invited = _invited(survey, narrowed)
    by_letter = {channel for channel, _segment in invited}
    found = dict(invited)
    for place, is_nameless, started, finished in _sat(survey, narrowed):
        if is_nameless and place in invited:
            known = found[place]
            found[place] = replace(known, finished=min(known.started, known.finished + finished))
        else:
            channel, segment = place
            own = (ELSEWHERE if channel in by_letter else channel, segment)
            found[own] = found.get(own, Steps()) + Steps(started=started, finished=finished)
    return found


def _invited(survey: Survey, narrowed: Narrowed) -> dict[Place, Steps]:
    rows = Invitation.objects.filter(survey=survey, asked_at__isnull=False)
    if narrowed.since is not None:
        rows = rows.filter(asked_at__gte=narrowed.since)
    if narrowed.until is not None:
        rows = rows.filter(asked_at__lt=narrowed.until)
    if narrowed.segment is not None:
        rows = rows.filter(segment=narrowed.segment)
    if narrowed.channel is not None:
        rows = rows.filter(channel=narrowed.channel)
    begun = Q(state__in=_BEGUN)
    counted = (
        rows.order_by()
        .values_list("channel", "segment")
        .annotate(
            invited=Count("pk"),
            delivered=Count("pk", filter=Q(is_delivered=True) | begun),
            opened=Count("pk", filter=Q(is_opened=True) | begun),
            started=Count("pk", filter=begun),
            finished=Count("pk", filter=Q(state=Invitation.State.FINISHED)),
        )
    )
    names = ("invited", "delivered", "opened", "started", "finished")
    return {(row[0], row[1]): Steps(**dict(zip(names, row[2:], strict=True))) for row in counted}


def _sat(survey: Survey, narrowed: Narrowed) -> list[tuple[Place, bool, int, int]]:
    """Who was asked by a letter is counted with their invitation."""
    found: dict[tuple[Place, bool], list[int]] = {}
    by_place = ways(versions_asking(survey), narrowed, by=("channel", "segment"))
    for is_named, is_finished, invited, n, (channel, segment) in by_place:
        if not invited:
            steps = found.setdefault(((channel, segment), not is_named), [0, 0])
            steps[0] += n
            steps[1] += n * is_finished
    return [(place, is_nameless, begun, done) for (place, is_nameless), (begun, done) in found.items()]


def of_channel(steps: Mapping[Place, Steps], channel: str) -> Steps:
    """All segments of a channel together."""
    return reduce(Steps.__add__, (found for place, found in steps.items() if place[0] == channel))
