"""The part of cases in the demo company: the steps of standards are ticked in the evening, and changes are proposed."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from otklik.cases.actions import skip_step, tick_step
from otklik.cases.demo_talk import talk
from otklik.cases.models import Case
from otklik.cases.queries import open_steps
from otklik.foundation.manifest import Deeds
from otklik.standards.actions import decline_proposal, propose_change, take_proposal
from otklik.standards.models import Standard
from otklik.standards.queries import proposal_by_id, version_by_id
from otklik.team.queries import actor_for

_DAYS = 20
_DONE, _LEFT_OUT = 0.86, 0.95
_REASONS = ("Клиент спешил, ответили сразу", "Клиент просил не писать", "Клиент просил не писать", "Забыли")
_PROPOSED = (
    (9, "Спросить через день и по телефону тоже: не все читают почту", "decline", "Звонок без просьбы мешает людям."),
    (6, "Добавить шаг «Через день спросили, всё ли хорошо»: иначе не знаем, чем кончилось", "take", ""),
    (1, "Сразу давать первую главу в PDF, пока книга в пути: Анна так и просила", "", ""),
)


def deeds(now: datetime, chance: Random) -> Deeds:
    """The clock stands at the moment of each when it is done."""
    yield from talk(now)
    for ago in range(_DAYS, 0, -1):
        yield now - timedelta(days=ago), partial(_tick, now - timedelta(days=ago), chance)
    for ago, words, answer, because in _PROPOSED:
        yield now - timedelta(days=ago, hours=2), partial(_propose, words, answer, because)


def _tick(evening: datetime, chance: Random) -> None:
    """What was solved since yesterday evening, by whoever accompanies it."""
    solved = Case.objects.filter(standard_version__isnull=False, solved_at__gte=evening - timedelta(days=1))
    for case in solved.exclude(state="spam").select_related("owner", "customer").order_by("id"):
        for step in open_steps(case):
            drawn = chance.random()
            if drawn < _DONE:
                tick_step(case=case, number=step.number, actor=actor_for(case.owner))
            elif drawn < _LEFT_OUT:
                because = chance.choice(_REASONS)
                skip_step(case=case, number=step.number, because=because, actor=actor_for(case.owner))


def _propose(words: str, answer: str, because: str) -> None:
    """From the last complaint; whoever keeps the standard answers, or has not yet."""
    case = Case.objects.filter(kind="complaint", standard_version__isnull=False).order_by("-id").first()
    if case is None or case.standard_version_id is None:
        return
    standard = Standard.objects.get(pk=version_by_id(case.standard_version_id).standard_id)
    row = propose_change(standard=standard, words=words, actor=actor_for(case.owner), case_number=case.pk)
    if standard.owner is None or not answer:
        return
    keeper, row = actor_for(standard.owner), proposal_by_id(row.pk)
    if answer == "take":
        take_proposal(proposal=row, actor=keeper)
    else:
        decline_proposal(proposal=row, because=because, actor=keeper)
