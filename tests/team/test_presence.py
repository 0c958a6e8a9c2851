"""Working, a short pause, away until, the day is over: who gets what is new, and who answers meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.cases.models import Alert, Case
from otklik.cases.queries import open_load
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.team.actions import come_back, edit_team, go_away, set_working_time
from otklik.team.actions.presence import bring_back, end_day, take_pause
from otklik.team.clock import see_who_is_back
from otklik.team.models import Agent, Membership, Team
from otklik.team.queries import deputy_of, next_day_of
from tests.api.calling import Program
from tests.building import (
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    outbox,
    refused,
    run_jobs,
)
from tests.desk.visiting import desk
from tests.stories.test_from_first_word_to_satisfied import plain

pytestmark = pytest.mark.django_db
WORKING, PAUSE, AWAY, DAY_ENDED = Agent.Presence.values


@pytest.fixture
def anna() -> Agent:
    make_inbox()
    return make_agent()


@pytest.fixture
def igor(anna: Agent) -> Agent:
    return make_agent("Игорь Лыткин", "igor@gorizont.example")


def now_of(agent: Agent) -> str:
    return Agent.objects.get(pk=agent.pk).presence(timezone.now()).value


def by_office_hours() -> None:
    week: list[Any] = [[["09:00", "18:00"]]] * 5 + [[], []]
    calendar = set_working_time(name="Офис", time_zone="Europe/Moscow", week=week, actor=SYSTEM)
    edit_team(team=Team.objects.get(), name="Служба", working_time=calendar, is_first=True, actor=SYSTEM)


def test_each_state_is_known_and_ends(anna: Agent) -> None:
    said = [now_of(anna)]
    take_pause(agent=anna, actor=acting(anna), minutes=10)
    said.append(now_of(anna))
    go_away(agent=anna, actor=acting(anna))
    said.append(now_of(anna))
    end_day(agent=anna, actor=acting(anna))
    said.append(now_of(anna))
    come_back(agent=anna, actor=acting(anna))
    said.append(now_of(anna))
    take_pause(agent=anna, actor=acting(anna), minutes=10)
    come_back(agent=anna, actor=acting(anna))

    assert [*said, now_of(anna)] == [WORKING, PAUSE, AWAY, DAY_ENDED, WORKING, WORKING]
    assert list(Event.objects.filter(name__in=_TOLD).order_by("id").values_list("name", flat=True)) == [
        "team.agent_paused", "team.agent_went_away", "team.day_ended", "team.agent_came_back", "team.agent_paused",
        "team.agent_came_back",
    ]  # fmt: skip


_TOLD = ("team.agent_paused", "team.agent_went_away", "team.day_ended", "team.agent_came_back")


def test_in_a_pause_nobody_new_comes_but_those_who_know_them_wait(anna: Agent, igor: Agent) -> None:
    known = make_case(owner=anna)
    make_case(owner=igor, customer=make_customer("Пётр", "petr@mail.example"))
    take_pause(agent=anna, actor=acting(anna), minutes=10)
    open_load.forget()

    arrive(letter("Новенькая", From="Мария <maria@mail.example>", Message_ID="<m@mail.example>"))
    stranger = Case.objects.latest("id")
    arrive(letter("Ещё вопрос", Message_ID="<again@mail.example>"))
    again = Case.objects.latest("id")

    assert (stranger.owner, again.owner, again.deputy, fresh(known).deputy) == (igor, anna, None, None)


def test_a_pause_that_is_over_is_none(anna: Agent, igor: Agent) -> None:
    make_case(owner=igor)
    Agent.objects.filter(pk=anna.pk).update(pause_until=timezone.now() - timedelta(minutes=1))

    arrive(letter("Новенькая", From="Мария <maria@mail.example>", Message_ID="<m@mail.example>"))

    assert Case.objects.latest("id").owner == anna


def test_when_all_make_a_pause_somebody_of_them_still_gets_it(anna: Agent) -> None:
    take_pause(agent=anna, actor=acting(anna), minutes=10)

    arrive(letter())

    opened = Event.objects.get(name="cases.opened")
    assert (Case.objects.get().owner, opened.payload["owner_because"]) == (anna, "least_busy")


def test_a_colleague_without_a_pause_stands_in_first(anna: Agent, igor: Agent) -> None:
    vlad = make_agent("Влад Орлов", "vlad@gorizont.example")
    take_pause(agent=igor, actor=acting(igor), minutes=10)

    assert deputy_of(anna) == vlad
    go_away(agent=vlad, actor=SYSTEM)
    assert deputy_of(anna) == igor


@pytest.mark.parametrize("minutes", [0, 61])
def test_a_pause_is_short(anna: Agent, minutes: int) -> None:
    with refused("pause_invalid"):
        take_pause(agent=anna, actor=acting(anna), minutes=minutes)


def test_who_is_away_makes_no_pause(anna: Agent) -> None:
    go_away(agent=anna, actor=acting(anna))

    with refused("away_already"):
        take_pause(agent=anna, actor=acting(anna), minutes=10)

    with pytest.raises(IntegrityError, match="who_is_away_makes_no_short_pause"), transaction.atomic():
        Agent.objects.filter(pk=anna.pk).update(pause_until=timezone.now())
    with pytest.raises(IntegrityError, match="whose_day_ended_is_away"):
        Agent.objects.filter(pk=anna.pk).update(is_away=False, day_ended=True)


def test_nobody_sends_another_away(anna: Agent, igor: Agent) -> None:
    for deed in (
        lambda: take_pause(agent=anna, actor=acting(igor), minutes=10),
        lambda: end_day(agent=anna, actor=acting(igor)),
        lambda: come_back(agent=anna, actor=acting(igor)),
    ):
        with refused("not_allowed"):
            deed()


def test_nobody_comes_back_in_the_past(anna: Agent) -> None:
    with refused("until_invalid"):
        go_away(agent=anna, actor=acting(anna), until=timezone.now())


def test_a_day_ends_until_the_next_working_one(anna: Agent) -> None:
    round_the_clock = next_day_of(anna, now=datetime(2026, 12, 4, 15, tzinfo=UTC))
    by_office_hours()

    friday = next_day_of(anna, now=datetime(2026, 12, 4, 14, tzinfo=UTC))
    before_dawn = next_day_of(anna, now=datetime(2026, 12, 4, 23, tzinfo=UTC))

    assert round_the_clock is None
    assert friday == before_dawn == datetime(2026, 12, 7, 6, tzinfo=UTC)
    Membership.objects.filter(agent=anna).delete()
    assert next_day_of(anna, now=timezone.now()) is None


def test_who_is_expected_back_is_back_by_itself_and_deputies_step_down(anna: Agent, igor: Agent) -> None:
    case = make_case(owner=anna)
    by_office_hours()
    end_day(agent=anna, actor=acting(anna), deputy=igor)
    Case.objects.filter(pk=case.pk).update(deputy=igor)
    back_at = Agent.objects.get(pk=anna.pk).away_until
    assert back_at is not None
    vlad = make_agent("Влад Орлов", "vlad@gorizont.example")
    go_away(agent=vlad, actor=acting(vlad))

    bring_back(back_at - timedelta(seconds=1))
    too_early = fresh(case).deputy
    bring_back(back_at)
    run_jobs()

    assert (too_early, fresh(case).deputy, now_of(anna), now_of(vlad)) == (igor, None, WORKING, AWAY)
    assert Event.objects.filter(name="team.agent_came_back").count() == 1


def test_the_clock_of_the_house_brings_back(anna: Agent) -> None:
    go_away(agent=anna, actor=acting(anna), until=timezone.now() + timedelta(hours=1))
    Agent.objects.filter(pk=anna.pk).update(away_until=timezone.now() - timedelta(minutes=1))

    see_who_is_back()

    assert Agent.objects.get(pk=anna.pk).is_away is False


def hears(case: Case, words: str, number: int) -> None:
    ours = Message.objects.filter(direction="out").latest("id")
    arrive(letter(words, Message_ID=f"<{number}@mail.example>", References=f"<{ours.external_id}>"))


def test_a_word_goes_to_the_deputy_at_once_and_to_another_when_that_one_leaves(anna: Agent, igor: Agent) -> None:
    arrive(letter(Message_ID="<first@mail.example>"))
    case = Case.objects.get()
    case_owner = Agent.objects.get(pk=case.owner_id)
    other = igor if case_owner == anna else anna
    vlad = make_agent("Влад Орлов", "vlad@gorizont.example")
    end_day(agent=case_owner, actor=acting(case_owner), deputy=other)

    hears(case, "Есть новости?", 2)
    first, told = fresh(case).deputy, Alert.objects.filter(reason="stands_in").values_list("agent", flat=True)
    assert (first, list(told)) == (other, [other.pk])
    hears(case, "Жду", 3)
    assert Alert.objects.filter(reason="stands_in").count() == 1
    go_away(agent=other, actor=acting(other))
    hears(case, "Ау", 4)

    assert fresh(case).deputy == vlad
    assert Alert.objects.filter(agent=vlad, reason="stands_in").count() == 1
    assert "Влад Орлов" in plain(outbox()[-1])
    assert case_owner.name in plain(outbox()[-1])


def test_of_a_new_case_the_deputy_hears_too(anna: Agent, igor: Agent) -> None:
    go_away(agent=anna, actor=acting(anna), deputy=igor)

    case = make_case(owner=anna)

    assert Alert.objects.get(reason="stands_in").agent == igor
    assert fresh(case).deputy == igor


def test_the_own_page_offers_all_four(anna: Agent, igor: Agent) -> None:
    browser = desk(anna)

    assert browser.post("/desk/me/pause", {"minutes": "10"}).status_code == 302
    paused = now_of(anna)
    browser.post("/desk/me/back")
    assert browser.post("/desk/me/day-over", {"deputy": igor.pk}).status_code == 302
    ended = now_of(anna)
    assert browser.get("/desk/me/").status_code == 200
    browser.post("/desk/me/back")
    later = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert browser.post("/desk/me/away", {"until": later, "deputy": igor.pk}).status_code == 302
    away = Agent.objects.get(pk=anna.pk)

    assert (paused, ended, now_of(anna), away.deputy) == (PAUSE, DAY_ENDED, AWAY, igor)
    assert browser.post("/desk/me/pause", {"minutes": "10"}).status_code == 422
    assert browser.post("/desk/me/away", {"until": "2020-01-01T10:00"}).status_code == 422


def test_programs_say_it_too(anna: Agent, igor: Agent) -> None:
    program = Program(anna)

    states = [
        program.post("/me/presence", body).json()["presence"]
        for body in (
            {"presence": "pause", "minutes": 5},
            {"presence": "day_ended", "deputy": "igor@gorizont.example"},
            {"presence": "working"},
            {"presence": "away", "until": (timezone.now() + timedelta(days=1)).isoformat()},
        )
    ]

    assert states == [PAUSE, DAY_ENDED, WORKING, AWAY]
    told = {one["id"]: one for one in program.get("/agents").json()["items"]}
    assert (told[anna.pk]["presence"], told[anna.pk]["deputy_id"]) == (AWAY, igor.pk)
    assert told[anna.pk]["back_at"] is not None
    assert (told[igor.pk]["presence"], told[igor.pk]["back_at"]) == (WORKING, None)
    assert program.post("/me/presence", {"presence": "pause"}).json()["code"] == "away_already"


def test_the_board_shows_a_pause(anna: Agent) -> None:
    take_pause(agent=anna, actor=acting(anna), minutes=10)

    assert "Короткий перерыв" in desk(make_lead()).get("/desk/team/").text


def test_working_times_are_readable(anna: Agent) -> None:
    by_office_hours()

    items = {one["name"]: one for one in Program(anna).get("/calendars").json()["items"]}

    assert items["Офис"]["teams"] == ["Служба"]
    assert items["Офис"]["week"][0] == [["09:00", "18:00"]]
    assert items["24/7"]["teams"] == []
