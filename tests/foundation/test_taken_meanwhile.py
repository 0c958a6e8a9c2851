"""Two people give the same name at the same moment: one has it, the other reads a refusal, nobody an error."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from otklik.cases.actions import save_custom_field, save_macro
from otklik.cases.models import Macro
from otklik.customers.actions import edit_organization, found_organization
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.knowledge.actions import set_article, set_brand, set_section, write_article
from otklik.knowledge.actions.writing import Words
from otklik.knowledge.models import Article
from otklik.standards import actions as standards
from otklik.team.actions import create_agent, edit_team, found_team, set_working_time
from otklik.team.models import Agent, WorkingTime
from otklik.team.working_time import ALWAYS

pytestmark = pytest.mark.django_db(transaction=True)


def hours() -> WorkingTime:
    return WorkingTime.objects.get_or_create(name="24/7", defaults={"week": ALWAYS})[0]


def article(slug: str) -> Article:
    return write_article(words=Words(title="Доставка", body="…"), actor=SYSTEM, values={"slug": slug})


def moved_to(slug: str) -> Callable[[], Any]:
    row = article(f"own-{threading.get_ident()}")
    return lambda: set_article(article=row, actor=SYSTEM, values={"slug": slug})


def renamed() -> Callable[[], Any]:
    team = found_team(name=f"Команда {threading.get_ident()}", working_time=hours(), actor=SYSTEM)
    return lambda: edit_team(team=team, name="Служба", working_time=hours(), is_first=team.is_first, actor=SYSTEM)


def at_home() -> Callable[[], Any]:
    row = found_organization(name="Ромашка", actor=SYSTEM)
    return lambda: edit_organization(organization=row, name="Ромашка", domain="romashka.example", actor=SYSTEM)


def now(act: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    return lambda: act


DEEDS: dict[str, tuple[Callable[[], Callable[[], Any]], str]] = {
    "macro": (now(lambda: save_macro(title="Здравствуйте", text="…", actor=SYSTEM)), "title_taken"),
    "field": (
        now(lambda: save_custom_field(about="case", key="order", values={"name": "Заказ"}, actor=SYSTEM)),
        "key_taken",
    ),
    "team": (now(lambda: found_team(name="Магазин", working_time=hours(), actor=SYSTEM)), "name_taken"),
    "renamed team": (renamed, "name_taken"),
    "domain": (now(lambda: found_organization(name="Р", domain="r.example", actor=SYSTEM)), "domain_taken"),
    "moved domain": (at_home, "domain_taken"),
    "section": (now(lambda: set_section(values={"titles": {"ru": "Оплата"}}, actor=SYSTEM)), "address_taken"),
    "brand": (now(lambda: set_brand(values={"name": "Горизонт"}, actor=SYSTEM)), "name_taken"),
    "article": (now(lambda: article("dostavka")), "address_taken"),
    "moved article": (lambda: moved_to("adres"), "address_taken"),
}


@pytest.mark.parametrize("name", DEEDS)
def test_the_second_reads_a_refusal(name: str) -> None:
    hours()
    make, code = DEEDS[name]

    assert at_once(make) == ["done", code]


def test_the_same_person_invited_twice_at_once_is_one() -> None:
    deed = now(lambda: create_agent(email="igor@gorizont.example", name="Игорь"))

    assert at_once(deed) == ["done", "done"]
    assert Agent.objects.count() == 1
    assert Event.objects.filter(name="team.agent_joined").count() == 1


def test_the_same_calendar_and_the_same_standard_made_twice_at_once_are_one() -> None:
    week = [[["09:00", "18:00"]]] * 7
    calendar = now(lambda: set_working_time(name="Офис", time_zone="Europe/Moscow", week=week, actor=SYSTEM))
    standard = now(
        lambda: standards.write_standard(
            name="Вопрос", words=standards.Words(), values={"case_kind": "question"}, actor=SYSTEM
        )
    )

    assert at_once(calendar) == ["done", "done"]
    assert at_once(standard) == ["done", "name_taken"]


def test_what_is_broken_otherwise_stays_an_error() -> None:
    calls = []

    @once_more_if_taken
    def break_a_rule() -> None:
        calls.append(1)
        Agent.objects.create(email="x@gorizont.example", name="")

    with pytest.raises(IntegrityError):
        break_a_rule()
    assert len(calls) == 1


def test_a_name_that_is_given_within_a_larger_deed_spoils_nothing_of_it() -> None:
    with transaction.atomic():
        save_macro(title="Здравствуйте", text="…", actor=SYSTEM)
        with pytest.raises(Refusal):
            save_macro(title="Здравствуйте", text="…", actor=SYSTEM)

    assert Macro.objects.count() == 1


def at_once(make: Callable[[], Callable[[], Any]]) -> list[str]:
    """What two threads came to whose first writes met: the other one's transaction is open until both have asked."""
    meeting, outcomes = threading.Barrier(2, timeout=10), []

    def run() -> None:
        try:
            act = make()
            meeting.wait()
            with transaction.atomic():
                act()
                _stay(0.3)
        except Refusal as refusal:
            outcomes.append(refusal.code)
        except Exception as error:  # noqa: BLE001  (shown by the assertion)
            outcomes.append(repr(error))
        else:
            outcomes.append("done")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    return sorted(outcomes, key=lambda word: word != "done")


def _stay(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
