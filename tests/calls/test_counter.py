"""A call that is asked for on the site, and somebody at the counter: seen at once, promised by a time, nothing kept."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from otklik.calls.actions import (
    Wish,
    ask_for_call,
    call_somebody,
    forget_those_who_waited,
    go_to,
    let_go,
    save_counter,
)
from otklik.calls.demo import deeds
from otklik.calls.models import CallBack, Counter, Talk, WalkIn
from otklik.calls.queries import call_me_slots, usual_wait, waiting_at_counters
from otklik.calls.slots import LENGTH, slots
from otklik.cases.models import Case
from otklik.cases.vows import VowKind, running
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.team.models import Agent, WorkingTime
from otklik.team.queries import first_team
from tests.building import acting, fresh, make_agent, make_case, make_inbox, make_lead, refused, run_jobs
from tests.calls.ringing import VERA
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
WEEK = [[["09:00", "18:00"]]] * 5 + [[], []]
TUESDAY = datetime(2026, 12, 1, 7, 10, tzinfo=UTC)
"""10:10 in Moscow."""


@pytest.fixture
def anna() -> Agent:
    make_inbox()
    return make_agent()


@pytest.fixture
def counter(anna: Agent) -> Counter:
    return save_counter(counter=None, actor=SYSTEM, name="Стойка", team=first_team(), topics=["Заказ", "Занятия", " "])


@pytest.fixture
def workdays(anna: Agent) -> Any:
    WorkingTime.objects.update(week=WEEK, time_zone="Europe/Moscow", exceptions={}, country="")
    with time_machine.travel(TUESDAY, tick=True):
        yield


# ── Call me ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("workdays")
def test_hours_are_offered_within_working_time() -> None:
    calendar = first_team().working_time

    found = list(slots(calendar, now=TUESDAY, lead_minutes=30, days=2))

    assert found[0].start == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # 10:40 is past: 11:00 in Moscow
    assert found[-1].until == datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
    assert len(found) == 14 + 18
    assert all(one.until - one.start == LENGTH for one in found)
    assert not list(slots(calendar, now=TUESDAY, lead_minutes=30, days=0))


def wish(**values: Any) -> Wish:
    known = {"phone": "8 927 555-02-76", "about": "Замена комплекта", "once": "a", "name": "Ринат"}
    return Wish(**{**known, "slot": call_me_slots()[0].key, **values})


@pytest.mark.usefixtures("workdays")
def test_a_chosen_hour_is_promised_and_told() -> None:
    visitor = Client()
    slot = call_me_slots()[3]
    form = {"about": "Замена комплекта", "phone": "8 927 555-02-76", "name": "Ринат", "slot": slot.key, "once": "x1"}
    assert slot.key in visitor.get("/call-me/").text

    sent = visitor.post("/call-me/", form)
    again = visitor.post("/call-me/", form)

    case = Case.objects.get()
    assert sent.status_code == again.status_code == 302
    vow = running(case, VowKind.CALL_BACK)
    assert vow is not None
    assert vow.due_at == slot.until
    row = CallBack.objects.get()
    assert (row.because, row.phone, row.slot_from, case.channel) == ("asked", "+79275550276", slot.start, "phone")
    page = visitor.get(sent["Location"]).text
    assert "12:30–13:00" in page
    assert case.owner.name in page
    assert "12:30–13:00" in desk(case.owner).get("/desk/calls/").text


@pytest.mark.usefixtures("workdays")
def test_a_number_that_is_known_joins_nobody() -> None:
    vera = identify(kind="phone", value=VERA, name="Вера")

    case = ask_for_call(wish=wish(phone=VERA))

    assert case.customer_id != vera.pk
    assert not case.customer.contact_points.exists()


@pytest.mark.usefixtures("workdays")
def test_an_hour_that_is_full_is_not_offered() -> None:
    set_policy("calls.slots_at_once", 1)
    first = call_me_slots()[0]
    ask_for_call(wish=wish(slot=first.key))

    assert first not in call_me_slots()
    with refused("slot_gone"):
        ask_for_call(wish=wish(slot=first.key, once="b"))
    with refused("phone_invalid"):
        ask_for_call(wish=wish(phone="12"))


@pytest.mark.usefixtures("workdays")
def test_the_form_says_what_is_missing_and_shuts() -> None:
    visitor = Client()

    assert visitor.post("/call-me/", {"once": "a"}).status_code == 422
    bad = {"about": "a", "phone": "12", "slot": call_me_slots()[0].key, "once": "a"}
    assert visitor.post("/call-me/", bad).status_code == 422
    set_policy("calls.slot_days", 0)
    assert 'name="phone"' not in visitor.get("/call-me/").text
    assert not Case.objects.exists()


def test_the_page_of_another_case_promises_no_call() -> None:
    from otklik.cases.queries import case_link  # noqa: PLC0415

    assert Client().get(f"/call-me/{case_link(make_case())}/").status_code == 404


# ── The counter ───────────────────────────────────────────────────────────────────────────
def test_who_calls_at_the_counter_is_seen_at_once(counter: Counter, anna: Agent) -> None:
    tablet = Client()
    assert tablet.get("/counter/")["Location"] == f"/counter/{counter.mark}/"
    assert "Заказ" in tablet.get(f"/counter/{counter.mark}/").text

    sent = tablet.post(f"/counter/{counter.mark}/", {"topic": "Занятия", "text": "Хочу утром", "name": "Рустам"})

    row = WalkIn.objects.get()
    assert (row.topic, row.text, row.name) == ("Занятия", "Хочу утром", "Рустам")
    assert Event.objects.get(name="calls.walked_in").payload["agent_ids"] == [anna.pk]
    assert "Рустам" in desk(anna).get("/desk/calls/pop").text
    page = tablet.get(sent["Location"])
    assert "Рустам" not in page.text
    assert "no-store" in page["Cache-Control"]


def test_whoever_goes_is_named_and_the_second_is_told(counter: Counter, anna: Agent) -> None:
    tablet, olga = Client(), make_lead()
    row = call_somebody(counter=counter, text="Где зал?")

    desk(anna).post(f"/desk/calls/walk-in/{row.pk}/go")
    desk(olga).post(f"/desk/calls/walk-in/{row.pk}/go")

    part = tablet.get(f"/counter/{counter.mark}/{row.key}/", headers={"X-Requested-With": "otk-counter"}).text
    assert anna.name in part
    assert "<html" not in part
    with refused("somebody_goes"):
        go_to(walk_in=row, actor=acting(olga))
    assert waiting_at_counters(acting(olga)) == []


def test_what_was_typed_becomes_a_note_and_is_blanked(counter: Counter, anna: Agent) -> None:
    row = call_somebody(counter=counter, text="Хочу утром", topic="Занятия", name="Рустам", phone="8 900 555 01 43")
    go_to(walk_in=row, actor=acting(anna))
    page = desk(anna)
    assert "Хочу утром" in page.get(f"/desk/calls/visit?walk={row.pk}&customer=new").text

    form = {"case": "new", "said": "Хочет утром", "outcome": "noted", "name": "Рустам", "phone": ""}
    page.post(f"/desk/calls/visit?walk={row.pk}&customer=new", form)
    again = page.post(f"/desk/calls/visit?walk={row.pk}&customer=new", form)

    row = WalkIn.objects.get()
    assert (row.name, row.phone, row.text) == ("", "", "")
    assert row.talk == Talk.objects.get()
    assert again.status_code == 422
    assert not page.get("/desk/calls/pop").text.strip()


def test_who_has_gone_leaves_nothing(counter: Counter, anna: Agent) -> None:
    first, second = (call_somebody(counter=counter, text=text, name="Рустам") for text in ("а", "б"))

    desk(anna).post(f"/desk/calls/walk-in/{first.pk}/gone")
    let_go(walk_in=first, actor=acting(anna))
    forget_those_who_waited(timezone.now() + timedelta(hours=11))
    assert WalkIn.objects.get(pk=second.pk).name == "Рустам"
    forget_those_who_waited(timezone.now() + timedelta(hours=13))

    assert set(WalkIn.objects.values_list("name", "text")) == {("", "")}
    assert not WalkIn.objects.filter(done_at=None).exists()


def test_a_counter_of_another_team_is_not_ours(counter: Counter) -> None:
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    boris.memberships.all().delete()
    row = call_somebody(counter=counter, text="Где?")

    page = desk(boris)

    assert "Где?" not in page.get("/desk/calls/pop").text
    assert page.post(f"/desk/calls/walk-in/{row.pk}/go").status_code == 404


def test_how_long_people_wait_is_said_once_it_is_known(counter: Counter, anna: Agent) -> None:
    assert usual_wait(counter) is None
    for minutes in (1, 2, 3, 9, 9):
        row = call_somebody(counter=counter, text="Где?")
        seen = row.at + timedelta(minutes=minutes)
        WalkIn.objects.filter(pk=row.pk).update(agent=anna, seen_at=seen)

    assert usual_wait(counter) == timedelta(minutes=3)
    assert Client().get(f"/counter/{counter.mark}/").status_code == 200


def test_nothing_typed_calls_nobody_and_a_wrong_number_is_said(counter: Counter) -> None:
    tablet = Client()

    assert tablet.post(f"/counter/{counter.mark}/", {"text": " "}).status_code == 422
    assert tablet.post(f"/counter/{counter.mark}/", {"text": "a", "phone": "12"}).status_code == 422
    with refused("text_missing"):
        call_somebody(counter=counter, text="", topic="Нет такой")
    assert tablet.get("/counter/nowhere/").status_code == 404
    assert tablet.get(f"/counter/{counter.mark}/nobody/").status_code == 404
    assert not WalkIn.objects.exists()


def test_a_counter_is_set_up_printed_and_closed(counter: Counter) -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))
    form = {"name": "Вторая", "address": "", "team": first_team().pk, "topics": "Оплата\n", "is_open": "on"}

    assert vera.post("/desk/settings/counters/new", form).status_code == 302
    second = Counter.objects.get(name="Вторая")
    assert second.topics == ["Оплата"]
    assert "Стойка" in Client().get("/counter/").text
    assert "<path" in vera.get(f"/desk/settings/counters/{second.pk}/card").text
    vera.post(f"/desk/settings/counters/{second.pk}", form | {"is_open": ""})
    assert Client().get(f"/counter/{second.mark}/").status_code == 404
    assert vera.post("/desk/settings/counters/new", form | {"name": " "}).status_code == 422
    with refused("counter_name_missing"):
        save_counter(counter=None, actor=SYSTEM, name=" ", team=first_team())


@pytest.mark.parametrize(
    ("values", "name"),
    [({"name": ""}, "a_counter_has_a_name")],
)
def test_the_database_wants_a_name(counter: Counter, values: dict[str, str], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        Counter.objects.filter(pk=counter.pk).update(**values)


def test_the_database_wants_to_know_who_saw_them(counter: Counter) -> None:
    row = call_somebody(counter=counter, text="Где?")

    with pytest.raises(IntegrityError, match="who_was_seen_was_seen_by_somebody"):
        WalkIn.objects.filter(pk=row.pk).update(seen_at=timezone.now())


def test_the_demo_company_speaks_by_phone_and_at_its_counter(anna: Agent) -> None:
    for _case in range(4):
        make_case(owner=anna)
    now = timezone.now()

    planned = list(deeds(now, Random(1)))
    for _moment, deed in planned:
        deed()

    assert all(now - timedelta(days=3) < moment < now for moment, _deed in planned)
    assert sorted(Talk.objects.values_list("way", flat=True)) == ["phone", "visit"]
    assert CallBack.objects.get().phone == "+74955550388"
    assert Counter.objects.count() == 1
    run_jobs()
    assert fresh(Case.objects.order_by("-id")[0]).promised
