"""A promise that was about to break, that broke and was answered for, until the customer said that all is well."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core import mail
from django.test import Client

from otklik.cases.actions import answer_and_solve
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.promises.actions import mind_promises
from otklik.promises.models import Broken
from otklik.standards.actions import Words
from otklik.team.actions import edit_team, set_working_time
from otklik.team.models import Team
from otklik.team.working_time import OFFICE
from tests.building import acting, fresh, make_agent, make_case, make_lead, make_standard, outbox, run_jobs
from tests.desk.visiting import desk
from tests.portal.typing_in import link_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday, by Moscow's clocks
BY = NOON + timedelta(hours=4)


def letter() -> str:
    body = message_from_bytes(outbox()[-1], policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def look(clock: time_machine.Traveller, moment: datetime) -> None:
    clock.move_to(moment)
    mind_promises(moment)
    run_jobs()


def case_of_ivan() -> Case:
    """Ivan wrote at noon; Anna owns his case, and four working hours are promised for an answer."""
    anna = make_agent()
    make_standard("Обычный", words=Words(first_answer_minutes=240), is_default=True)
    week = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, actor=SYSTEM)
    team = Team.objects.get()
    edit_team(team=team, name=team.name, working_time=week, is_first=True, actor=SYSTEM)
    return make_case(owner=anna, at=NOON)


def test_from_a_broken_promise_over_an_apology_to_satisfied(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        case = case_of_ivan()
        olga = make_lead()

        look(clock, BY - timedelta(hours=1))
        assert [one.to for one in mail.outbox] == [[case.owner.email]]

        look(clock, BY + timedelta(minutes=20))
        assert Alert.objects.filter(agent=case.owner, case=case, reason="promises.broken").exists()
        assert case.title in desk(olga).get("/desk/broken-promises/").text

        anna = desk(case.owner)
        page = f"/desk/cases/{case.pk}/apology"
        assert "Мы обещали вам ответ к сроку: 4 марта, 16:00" in anna.get(page).text
        sorry = "Мы обещали ответ до 16:00, и его не было. Курьер заболел; книгу повезёт другой."
        anna.post(page, {"text": sorry, "on": "2026-03-04", "at": "17:30"})
        clock.shift(timedelta(minutes=1))
        run_jobs()

        assert "Иван Козлов, мы не сдержали слово. Простите" in letter()
        assert sorry in letter()
        assert "Теперь слово за мной: сегодня, 4 марта, до 17:30" in letter()
        assert "17:30" in client.get(link_in(letter())).text
        assert Broken.objects.get().word_at is not None
        assert case.title not in desk(olga).get("/desk/broken-promises/").text

        clock.move_to(BY + timedelta(minutes=50))
        anna.post(f"/desk/cases/{case.pk}/thanks")
        thanks = fresh(case).drafts.get().text
        answer_and_solve(case=fresh(case), actor=acting(case.owner), text=f"Книга у вас.\n\n{thanks}")
        run_jobs()
        assert "Спасибо, что подождали" in letter()
        client.post(link_in(letter(), "answer"), {"solved": "yes", "satisfaction": "5", "ease": "6"})

        look(clock, BY + timedelta(days=1))
        done = fresh(case)
        assert done.state == Case.State.SATISFIED
        assert {one["kind"]: "given_at" in one for one in done.promised} == {"next_word": True}
        assert Broken.objects.get().kind == "first_answer"
