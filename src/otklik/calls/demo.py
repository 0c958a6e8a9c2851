"""What the demo company hears by phone and at its counter."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from otklik.calls.actions import Spoken, add_exchange, note_talk, save_counter, take_call
from otklik.calls.adapters.told import Step, Told
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Deeds
from otklik.reach.models import Inbox
from otklik.team.queries import actor_for, first_team


def deeds(now: datetime, chance: Random) -> Deeds:
    """An exchange and a counter, a further call and a visit in cases that go on, and one call that was missed."""
    yield now - timedelta(days=2), _open
    yield now - timedelta(minutes=95), partial(_spoke, 2, "phone", "Счёт получила, но в нём двое из трёх.")
    yield now - timedelta(minutes=80), partial(_spoke, 3, "visit", "Зашла за сертификатом, оставила копию паспорта.")
    yield now - timedelta(minutes=50), partial(_tell, Step.RINGS)
    yield now - timedelta(minutes=50), partial(_tell, Step.ENDED)


def _open() -> None:
    team = first_team()
    add_exchange(name="Линия магазина", team=team, actor=SYSTEM)
    topics = ["Заказ", "Занятия", "Документы", "Оплата"]
    save_counter(
        counter=None,
        actor=SYSTEM,
        name="Стойка на Ленинградской",
        address="Ленинградская, 14",
        team=team,
        topics=topics,
    )


def _spoke(place: int, way: str, said: str) -> None:
    case = (
        Case.objects.filter(state=Case.State.OPEN).select_related("owner", "customer").order_by("-id")[place:].first()
    )
    if case is not None:
        spoken = Spoken(way=way, said=said, told="Спасибо, что сказали. Посмотрю и напишу вам.", seconds=160)
        note_talk(case=case, actor=actor_for(case.owner), spoken=spoken)


def _tell(step: Step) -> None:
    inbox = Inbox.objects.filter(kind=Inbox.Kind.CTI).order_by("id").first()
    if inbox is not None:
        take_call(told=Told(call="demo-1", step=step, number="+74955550388", line="+74955550100"), inbox=inbox)
