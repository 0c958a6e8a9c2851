"""One talk in a messenger in the demo company; the door is shut at its end, so that nothing ever leaves by it."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.customers.actions import add_contact_point
from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Deeds
from otklik.reach.actions import arrival, keep_all, open_door, pause_channel
from otklik.reach.models import Inbox
from otklik.team.queries import actor_for, first_team

_NAME, _PEER, _NOWHERE = "MAX магазина", 116327994376978687, "http://127.0.0.1:9"
_WORDS: Final = (
    (30.0, "Здравствуйте! Где мой заказ? Обещали вчера."),
    (29.8, "Номер 14 205, на Вересову"),
    (6.0, "Получила, спасибо! А ещё вопрос: можно перенести пробное занятие на субботу?"),
)
_ANSWER: Final = (26.0, "Полина, заказ **уже у курьера**: привезёт сегодня с 18 до 21.")
_MET, _SHUT = 27.0, 1.0


def talk(now: datetime) -> Deeds:
    """Two words of one matter, an answer, and a second question in the midst of it."""
    opened = now - timedelta(hours=_WORDS[0][0] + 24)
    yield opened, _open
    for number, (ago, words) in enumerate(_WORDS):
        at = now - timedelta(hours=ago)
        yield at, partial(_hear, number, words, at)
    yield now - timedelta(hours=_MET), _know_more
    ago, words = _ANSWER
    yield now - timedelta(hours=ago), partial(_answer, words)
    yield now - timedelta(hours=_SHUT), _shut


def _open() -> None:
    settings = {"mode": "push", "account": {"name": "Горизонт", "link": ""}}
    open_door(
        kind=Inbox.Kind.MAX, name=_NAME, base_url=_NOWHERE, settings=settings, team=first_team(), is_operator=True,
        actor=SYSTEM,
    )  # fmt: skip


def _door() -> Inbox:
    return Inbox.objects.get(kind=Inbox.Kind.MAX, address=_NAME)


def _hear(number: int, words: str, at: datetime) -> None:
    moment = int(at.timestamp() * 1000)
    message: dict[str, Any] = {
        "recipient": {"chat_id": _PEER, "chat_type": "dialog", "user_id": 90},
        "sender": {"user_id": 17, "first_name": "Полина", "last_name": "Вересова", "is_bot": False},
        "timestamp": moment,
        "body": {"mid": f"mid.demo-{number}", "seq": moment, "text": words},
    }
    update = {"update_type": "message_created", "timestamp": moment, "message": message}
    keep_all([arrival(_door(), json.dumps(update, ensure_ascii=False).encode(), door="hook")])


def _case() -> Case | None:
    return Case.objects.select_related("owner", "customer").filter(threads__conversation__inbox=_door()).first()


def _know_more() -> None:
    """She named her mail and her number when she ordered."""
    if (case := _case()) is not None:
        for kind, value in (("email", "polina.veresova@mail.example"), ("phone", "+7 900 555-07-31")):
            add_contact_point(customer=case.customer, kind=kind, value=value, actor=actor_for(case.owner))


def _answer(words: str) -> None:
    if (case := _case()) is not None:
        reply(case=case, actor=actor_for(case.owner), text=words)


def _shut() -> None:
    pause_channel(inbox=_door(), actor=SYSTEM)
