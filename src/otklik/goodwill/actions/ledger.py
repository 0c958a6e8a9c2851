"""The ledger: balanced entries, lots, and the row of a team's budget that is held meanwhile. A part of other actions.

Sums are asked of the postings themselves; nothing is cached. Whoever takes or puts back holds the row of the budget,
and the triggers of the tables would refuse a lot below nothing whoever wrote it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.goodwill.models import Account, Budget, Entry, Lot, Posting
from otklik.goodwill.money import money
from otklik.goodwill.periods import Month, month_of

type Part = tuple[int, int]
"""Id of a lot, kopecks of it."""


def hold_budget(team_id: int, *, now: datetime | None = None) -> Budget:
    """The team's budget, held until the end of the transaction, with this month's lot in the ledger."""
    Budget.objects.get_or_create(team_id=team_id)
    budget = Budget.objects.select_for_update(no_key=True).get(pk=team_id)
    _grant_month(budget, month_of(team_id, now or timezone.now()))
    return budget


def _grant_month(budget: Budget, month: Month) -> None:
    """What the team may give this month, once, however late somebody looks."""
    key = _key_of_month(budget, month)
    if budget.monthly and not Entry.objects.filter(key=key).exists():
        grant(budget, budget.monthly, month=month, key=key)


def key_of_grant(budget: Budget, month: Month) -> str:
    """The first money of a month is that of the month, so that nobody grants it once more; later money has its own."""
    key = _key_of_month(budget, month)
    return f"raise:{uuid4()}" if Entry.objects.filter(key=key).exists() else key


def _key_of_month(budget: Budget, month: Month) -> str:
    return f"grant:{budget.pk}:{month.name}"


def grant(budget: Budget, amount: int, *, month: Month, key: str, agent_id: int | None = None) -> Entry:
    """A new lot of the team for the rest of this month."""
    entry = _entry(budget.pk, "granted", amount, key=key, agent_id=agent_id)
    lot = Lot.objects.create(entry=entry, team_id=budget.pk, active_from=month.begins, expires_at=month.ends)
    _post(entry, (_account("house"), None, -amount), (_account("budget", budget.pk), lot.pk, amount))
    return entry


def lower(budget: Budget, amount: int, *, key: str, agent_id: int | None) -> Entry | None:
    """Takes back what nobody has given yet, at most ``amount``; None where nothing is left."""
    parts = _parts(budget.pk, min(amount, left_in(budget.pk)), timezone.now())
    taken = sum(part for _lot, part in parts)
    if not taken:
        return None
    entry = _entry(budget.pk, "lowered", taken, key=key, agent_id=agent_id)
    _post(entry, *_out_of(budget.pk, parts), (_account("house"), None, taken))
    return entry


def take(budget: Budget, amount: int, **about: Any) -> Entry:
    """Gives ``amount`` out of the lots that end first. ``about``: what stands in the entry.

    Raises ``Refusal('budget_spent')``.
    """
    left = left_in(budget.pk)
    if amount > left:
        said = _("The team's budget has %(left)s left this month.") % {"left": money(left)}
        raise Refusal("budget_spent", said, fields={"gift": said})
    entry = _entry(budget.pk, "given", amount, **about)
    if amount:
        parts = _parts(budget.pk, amount, timezone.now())
        _post(entry, *_out_of(budget.pk, parts), (_account("given", budget.pk), None, amount))
    return entry


def put_back(entry: Entry, *, key: str, agent_id: int | None) -> Entry:
    """Reverses an entry by its own legs: each lot gets back what was taken of it, with the end that it had."""
    back = _entry(
        entry.team_id, "reversed", entry.amount, key=key, agent_id=agent_id, reverses=entry, case_id=entry.case_id,
        gift_id=entry.gift_id,
    )  # fmt: skip
    _post(back, *((leg.account, leg.lot_id, -leg.amount) for leg in entry.postings.select_related("account")))
    return back


def expire(team_id: int, *, now: datetime) -> int:
    """What was left of lots that have ended goes, once for each lot; returns how many kopecks. The budget is held."""
    over = Lot.objects.filter(team_id=team_id, expires_at__lte=now).order_by("pk")
    gone = 0
    for lot_id, left in _remaining(over.values_list("pk", flat=True)):
        number = Posting.objects.filter(
            lot_id=lot_id
        ).count()  # what comes back to it later expires by a key of its own
        entry = _entry(team_id, "expired", left, key=f"expire:{lot_id}:{number}")
        _post(entry, *_out_of(team_id, [(lot_id, left)]), (_account("expired", team_id), None, left))
        gone += left
    return gone


def left_in(team_id: int, *, now: datetime | None = None) -> int:
    """Kopecks that the team can give at this moment."""
    return sum(part for _lot, part in _running(team_id, now or timezone.now()))


def _running(team_id: int, now: datetime) -> list[Part]:
    """Lots of this moment with what is left of each, those that end first before the others."""
    lots = Lot.objects.filter(team_id=team_id, active_from__lte=now, expires_at__gt=now)
    return _remaining(lots.order_by("expires_at", "pk").values_list("pk", flat=True))


def _remaining(lots: Iterable[int]) -> list[Part]:
    wanted = list(lots)
    sums = Posting.objects.filter(lot_id__in=wanted).values("lot_id").annotate(left=Sum("amount"))
    left = {row["lot_id"]: int(row["left"]) for row in sums}
    return [(lot, left[lot]) for lot in wanted if left.get(lot, 0) > 0]


def _parts(team_id: int, amount: int, now: datetime) -> list[Part]:
    """Which lots ``amount`` is taken from; no more than there is."""
    parts: list[Part] = []
    for lot, left in _running(team_id, now):
        part = min(left, amount - sum(one for _lot, one in parts))
        if part > 0:
            parts.append((lot, part))
    return parts


def _out_of(team_id: int, parts: Sequence[Part]) -> list[tuple[Account, int | None, int]]:
    account = _account("budget", team_id)
    return [(account, lot, -part) for lot, part in parts]


def _account(kind: str, team_id: int | None = None) -> Account:
    which: dict[str, Any] = {"kind": kind, "team_id": team_id}
    return Account.objects.get_or_create(**which)[0]


def _entry(team_id: int, kind: str, amount: int, **about: Any) -> Entry:
    return Entry.objects.create(team_id=team_id, kind=kind, amount=amount, **about)


def _post(entry: Entry, *legs: tuple[Account, int | None, int]) -> None:
    rows = [Posting(entry=entry, account=account, lot_id=lot, amount=amount) for account, lot, amount in legs]
    Posting.objects.bulk_create(rows)
