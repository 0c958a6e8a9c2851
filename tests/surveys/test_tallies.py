"""Figures are sums of what is kept: always what a count of all answers would be, and never fewer than five."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from itertools import pairwise
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from otklik.foundation.actors import SYSTEM
from otklik.surveys import clock
from otklik.surveys.actions import Taken, save_page, take_answers, tally
from otklik.surveys.models import Answer, Sitting, Stroke, Survey, Tally
from otklik.surveys.queries import Narrowed, by_segment, figures, figures_and_before, funnel, over_time, surveys
from otklik.surveys.results import edges_of
from tests.building import make_lead
from tests.desk.visiting import desk
from tests.surveys.making import answered, make_survey, page, question, survey_of
from tests.together import locks, while_open

OPTIONS = [{"id": "a", "text": "А"}, {"id": "b", "text": "Б"}]
ASKED = survey_of(page("one", question("q")), page("two", question("many", "multiple", options=OPTIONS)))
PLACES, CHANNELS = ("Арбат", "Сокол", "Таганка", ""), ("link", "kiosk")
transactional = pytest.mark.django_db(transaction=True)


def say(survey: Survey, chance: Random, *, places: tuple[str, ...] = PLACES, days: int = 20) -> Sitting:
    """Somebody's answers of some moment of the last ``days``."""
    values = {"q": chance.choice([1, 2, 3, 4, 5, None]), "many": chance.choice([["a"], ["b"], ["a", "b"], None])}
    taken = Taken(token=f"{chance.random()}", segment=chance.choice(places), channel=chance.choice(CHANNELS))
    at = timezone.now() - timedelta(minutes=chance.randint(0, days * 24 * 60))
    return take_answers(survey=survey, values=values, actor=SYSTEM, taken=taken, at=at)


def lived(survey: Survey, chance: Random, times: int) -> None:
    """Answers come, old ones too, are changed, moved, erased; and now and then all is tallied."""
    for _ in range(times):
        sitting = say(survey, chance)
        match chance.randint(0, 9):
            case 0:
                sitting.delete()
            case 1:
                sitting.answers.filter(question="q").delete()
            case 2:
                sitting.answers.filter(question="q").update(number=chance.randint(1, 5))
            case 3:
                Sitting.objects.filter(pk=sitting.pk).update(
                    segment="Сокол", at=_midnight(sitting.at), is_finished=False
                )
            case 4:
                Sitting.objects.filter(pk=sitting.pk).update(is_trial=True)
            case 5:
                tally(at_once=chance.choice([3, 1000]))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date() - timedelta(days=1), time.min, tzinfo=UTC)


def counted(survey: Survey, narrowed: Narrowed) -> tuple[Counter[int], Counter[str], int]:
    """What the answers themselves say: numbers, options, how many sat."""
    rows = Sitting.objects.filter(version__survey=survey, is_trial=False)
    rows = rows.filter(at__gte=narrowed.since) if narrowed.since else rows
    rows = rows.filter(at__lt=narrowed.until) if narrowed.until else rows
    rows = rows.filter(segment=narrowed.segment) if narrowed.segment is not None else rows
    rows = rows.filter(channel=narrowed.channel) if narrowed.channel is not None else rows
    answers = list(Answer.objects.filter(sitting__in=rows))
    numbers = Counter(one.number for one in answers if one.number is not None)
    return numbers, Counter(option for one in answers for option in one.choices), rows.count()


def narrowings(chance: Random, times: int) -> list[Narrowed]:
    now = timezone.now()
    found = [Narrowed(), Narrowed(until=now), Narrowed(since=now - timedelta(hours=5), until=now - timedelta(hours=4))]
    for _ in range(times):
        since = chance.choice([None, now - timedelta(minutes=chance.randint(1, 30000))])
        until = chance.choice([None, (since or now - timedelta(days=9)) + timedelta(minutes=chance.randint(1, 20000))])
        place = chance.choice([None, *PLACES])
        found.append(Narrowed(since=since, until=until, segment=place, channel=chance.choice([None, *CHANNELS])))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_comes_and_goes_a_figure_is_what_a_count_of_all_answers_is(seed: int) -> None:
    survey, chance = make_survey(ASKED), Random(seed)
    lived(survey, chance, 60)

    for narrowed in narrowings(chance, 12):
        numbers, options, sat = counted(survey, narrowed)
        score, many = figures(survey, narrowed)
        assert Counter(dict(score.counts)) == numbers
        assert {key: round((one.value or 0) * one.n) for key, one in many.options.items()} == {
            key: options[key] for key in ("a", "b")
        }
        assert score.value.n + sum(score.left.values()) == sat
        assert sum(steps.started for steps in funnel(survey, narrowed).values()) == sat
    assert surveys().get(pk=survey.pk).sittings == counted(survey, Narrowed())[2]


@pytest.mark.django_db
def test_groups_and_pieces_of_time_hold_together_what_the_whole_holds() -> None:
    survey, chance = make_survey(ASKED), Random(3)
    lived(survey, chance, 40)
    edges = edges_of(30, timezone.now())

    pieces = over_time(survey, "q", "", Narrowed(since=edges[0]), edges=edges)
    places = by_segment(survey, "q", "", Narrowed())

    whole = figures(survey)[0].counts
    assert sum((Counter(dict(told.counts)) for several in pieces for told in several), Counter()) == Counter(whole)
    assert sum((Counter(dict(told.counts)) for told in places.values()), Counter()) == Counter(whole)


@pytest.mark.django_db
@pytest.mark.parametrize("names", ["identified", "anonymous", "confidential"])
def test_two_times_counted_at_once_are_as_each_by_itself(names: str) -> None:
    survey, chance = make_survey(ASKED, names=names), Random(8)
    lived(survey, chance, 60)
    since = _midnight(timezone.now() - timedelta(days=4))
    before = since - timedelta(days=5)

    for place in (None, "Арбат"):
        now = Narrowed(since=since, segment=place)
        then = Narrowed(since=before, until=since, segment=place)
        assert figures_and_before(survey, now, before) == (figures(survey, now), figures(survey, then))


@pytest.mark.django_db
@pytest.mark.parametrize("names", ["anonymous", "confidential"])
def test_without_names_nothing_that_filters_show_differs_by_fewer_than_five(names: str) -> None:
    survey, chance = make_survey(ASKED, names=names), Random(4)
    for _ in range(90):
        say(survey, chance, places=("Арбат", "Арбат", "Сокол", chance.choice(PLACES)))
    tally()
    lived(survey, chance, 30)
    now = timezone.now()

    for place in (None, *PLACES):
        for channel in (None, *CHANNELS):
            times = [now - timedelta(days=days) for days in range(0, 24, 2)]
            told = [figures(survey, Narrowed(since=since, segment=place, channel=channel)) for since in times]
            wide = figures(survey, Narrowed(segment=place))
            whole = figures(survey)
            for narrow, wider in [*pairwise(told), *((one, wide) for one in told), *((one, whole) for one in told)]:
                _differ_by_whole_lots(narrow, wider)
    numbers, _options, _sat = counted(survey, Narrowed())
    assert figures(survey)[0].value.n + figures(survey)[0].left["withheld"] == numbers.total()
    assert figures(survey)[0].left["withheld"] < 5
    assert any(figures(survey, Narrowed(segment="Арбат", channel="kiosk"))[0].counts.values())


def _differ_by_whole_lots(narrow: list[object], wider: list[object]) -> None:
    for less, more in zip(narrow, wider, strict=True):
        apart = more.value.n - less.value.n  # type: ignore[attr-defined]
        assert apart == 0 or apart >= 5
        assert not Counter(dict(less.counts)) - Counter(dict(more.counts))  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_days_of_fewer_than_five_are_shown_together_and_fewer_than_five_in_all_nowhere() -> None:
    survey = make_survey(survey_of(page("a", question("q"))), names="anonymous")

    def several(times: int, *, days: int, **more: str) -> None:
        for at in range(times):
            taken = Taken(token=f"{days}{at}{more}", **more)
            at_that = timezone.now() - timedelta(days=days)
            take_answers(survey=survey, values={"q": 5}, actor=SYSTEM, at=at_that, taken=taken)

    several(2, days=20)
    several(2, days=19)
    assert (figures(survey)[0].value.n, figures(survey)[0].left["withheld"]) == (0, 4)
    several(1, days=18)
    assert figures(survey)[0].value.n == 5
    assert figures(survey, Narrowed(since=timezone.now() - timedelta(days=19, hours=12)))[0].value.n == 0
    several(6, days=3)
    several(2, days=1, channel="kiosk")
    assert figures(survey)[0].value.n == 13
    assert figures(survey, Narrowed(channel="kiosk"))[0].value.n == 0
    tally()
    assert figures(survey)[0].value.n == 13


# ── At once ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_an_answer_is_in_its_figure_with_the_page_that_keeps_it_and_once() -> None:
    survey, visitor = make_survey(ASKED), desk(make_lead())
    sitting = answered(survey, "t", {"q": 4})

    before = figures(survey)[0].value.n
    clock.bring_tallies_up_to_date()
    after = figures(survey)[0].value.n
    save_page(sitting=sitting, page="two", values={"many": ["a"]})

    assert (before, after) == (1, 1)
    assert figures(survey)[1].value.n == 1
    assert "посчитано сегодня" in visitor.get(f"/desk/surveys/{survey.pk}/").text


@transactional
@locks("surveys.actions.tallying.tally")
def test_two_tally_and_somebody_answers_meanwhile_and_nothing_is_lost_or_counted_twice() -> None:
    survey = make_survey(ASKED)
    for token in "abcd":
        answered(survey, token, {"q": 5})

    said = while_open(tally, lambda: (answered(survey, "e", {"q": 5}), tally()))

    assert said == ["done", "done"]
    assert dict(figures(survey)[0].counts) == {5: 5}
    assert surveys().get(pk=survey.pk).sittings == 5
    tally()
    assert not Stroke.objects.exists()
    assert dict(figures(survey)[0].counts) == {5: 5}


@transactional
def test_two_who_answer_at_once_are_both_counted() -> None:
    survey, values = make_survey(ASKED), ({"q": 5}, {"many": ["a"]})

    said = while_open(lambda: answered(survey, "a", *values), lambda: answered(survey, "b", *values), waits=False)
    tally()

    assert said == ["done", "done"]
    assert dict(figures(survey)[0].counts) == {5: 2}
    assert surveys().get(pk=survey.pk).sittings == 2


@pytest.mark.django_db
def test_what_was_answered_before_there_were_tallies_is_in_them() -> None:
    survey, chance = make_survey(ASKED), Random(7)
    lived(survey, chance, 20)
    before = figures(survey)
    Tally.objects.all().delete()
    Stroke.objects.all().delete()

    migration = import_module("otklik.surveys.migrations.0005_tallies_are_kept_by_the_database")
    with connection.cursor() as cursor:
        cursor.execute(migration.ANSWERED)

    assert figures(survey) == before
    tally()
    assert figures(survey) == before
