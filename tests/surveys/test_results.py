"""What a survey told: from the letter to the last page, over time, by segment, compared, linked; and files of it."""

import csv
import io
from datetime import date, timedelta
from random import Random
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from otklik.foundation.actors import SYSTEM
from otklik.surveys.actions import (
    Taken,
    ask_by_hand,
    change_survey,
    drop_note,
    note_arrived,
    note_day,
    note_opened,
    publish,
    take_answers,
)
from otklik.surveys.comparing import against_the_rest, compared, difference, signed
from otklik.surveys.figures import Told, tell
from otklik.surveys.models import DayNote, Invitation, Survey
from otklik.surveys.queries import Narrowed, by_segment, definition_of, drivers, figures, funnel, over_time
from otklik.surveys.results import edges_of, looked_at, needed, rows_of_funnel, segments, trend
from tests.building import make_agent, make_customer, make_inbox, make_lead, refused
from tests.desk.visiting import desk
from tests.surveys.making import DELIVERY, answered, make_survey, page, question, survey_of, written

pytestmark = pytest.mark.django_db
ONE = survey_of(page("a", question("q")))


def say(survey: Survey, number: int, times: int = 1, *, days: float = 1, **taken: Any) -> None:
    for at in range(times):
        take_answers(
            survey=survey, values={"q": number}, actor=SYSTEM, at=timezone.now() - timedelta(days=days),
            taken=Taken(token=f"{survey.pk}-{number}-{days}-{at}-{taken}", **taken),
        )  # fmt: skip


def told_of(instrument: str, counts: dict[int, int]) -> Told:
    asked = written(survey_of(page("a", question("q", instrument)))).questions[0]
    numbers = {(number, None): times for number, times in counts.items()}
    return tell(asked, series=1, part="", numbers=numbers, options={}, n=sum(counts.values()), left={})


# ── The published numbers ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "value", "low", "high"),
    [
        (162, 108, 54, 33.3333, 24.95, 41.11), (10, 0, 0, 100, 47.50, 100), (5, 3, 2, 30, -19.05, 65.20),
        (0, 0, 4, -100, -100, -6.94), (1, 0, 0, 100, None, None),
    ],
)  # fmt: skip
def test_nps_as_it_is_printed(
    promoters: int, passives: int, detractors: int, value: float, low: float | None, high: float | None
) -> None:
    found = told_of("nps", {10: promoters, 8: passives, 3: detractors}).value

    assert found.value == pytest.approx(value, abs=1e-3)
    if low is not None and high is not None:
        assert (found.low, found.high) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


def test_fifteen_points_apart_with_a_hundred_answers_each_are_not_proven() -> None:
    earlier, later = told_of("nps", {10: 40, 8: 35, 3: 25}), told_of("nps", {10: 50, 8: 30, 3: 20})

    found, verdict = difference(earlier, later), compared(earlier, later)

    assert found is not None
    assert (found.value, found.low, found.high) == (
        pytest.approx(15), pytest.approx(-6.80, abs=0.01), pytest.approx(36.80, abs=0.01)
    )  # fmt: skip
    assert verdict is not None
    assert verdict.text == "было +15; отличие не доказано: +15, от −7 до +37"
    assert verdict.tone == ""


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (1, 29, 0.61, 17.18)]
)
def test_satisfied_is_a_share_with_wilsons_interval(hits: int, n: int, low: float, high: float) -> None:
    found = told_of("csat", {5: hits, 2: n - hits}).value

    assert (found.low, found.high) == (pytest.approx(low / 100, abs=1e-4), pytest.approx(high / 100, abs=1e-4))


def test_answers_needed_are_those_of_the_books() -> None:
    worst, usual = needed(told_of("nps", {}), (10,)), needed(told_of("nps", {10: 40, 8: 40, 3: 20}), (10,))

    assert (worst[0].answers, worst[0].missing) == (385, 385)
    assert usual[0].answers == 216
    assert [one.answers for one in needed(told_of("csat", {}))] == [97, 385, 1068]
    assert needed(told_of("csat", {5: 99, 1: 1}), (5,))[0].missing == 0
    assert needed(told_of("rating", {}))[0].answers == 62


# ── Compared ──────────────────────────────────────────────────────────────────────────────
def test_what_is_proven_has_a_tone_and_what_is_few_is_compared_with_nothing() -> None:
    before, now = told_of("csat", {5: 50, 1: 50}), told_of("csat", {5: 90, 1: 10})

    better, worse, few = compared(before, now), compared(now, before), compared(told_of("csat", {5: 29}), now)

    assert better is not None
    assert worse is not None
    assert few is not None
    assert better.text.startswith("было 50 %; отличие доказано: +40")
    assert (better.tone, worse.tone, few.tone) == ("satisfied", "risk", "")
    assert "мало" in few.text
    assert compared(None, now) is None
    assert compared(told_of("csat", {}), now) is None
    consent = compared(told_of("consent", {1: 90, 0: 10}), told_of("consent", {1: 40, 0: 60}))
    assert consent is not None
    assert consent.tone == ""


def test_means_and_gaps_are_compared_by_welch() -> None:
    one, other = told_of("rating", {5: 40, 4: 10}), told_of("rating", {3: 40, 4: 10})

    found = difference(one, other)

    assert found is not None
    assert found.value == pytest.approx(-1.6)
    assert found.is_proven
    assert difference(one, told_of("rating", {5: 1})) is None
    assert (signed(-0.321, "score"), signed(0.04, "share"), signed(0, "points")) == ("−0,3", "+4", "0")


# ── From the letter to the last page ──────────────────────────────────────────────────────
def test_each_step_is_counted_by_channel_and_segment_and_the_rate_says_how() -> None:
    make_inbox()
    survey = make_survey(DELIVERY)
    people = [make_customer(f"Имя {at}", f"c{at}@mail.example") for at in range(4)]
    sent = [ask_by_hand(survey=survey, customer=one, actor=SYSTEM).invitation for one in people]
    asked = [one for one in sent if one is not None]
    for one in asked[:3]:
        note_arrived(message_id=one.letter_id or 0, is_there=True)
    note_opened(invitation=asked[0])
    answered(survey, "half", {"sat": 5}, invitation=asked[1])
    answered(survey, "whole", {"sat": 5}, {"nps": 9}, invitation=asked[2])
    say_link(survey)

    rows = rows_of_funnel(funnel(survey, Narrowed()))

    letter, link, *places = rows
    assert vars(letter.steps) == {"invited": 4, "delivered": 3, "opened": 3, "started": 2, "finished": 1}
    assert (letter.formula, letter.rate.value) == ("1 ответили до конца ÷ (4 приглашены − 1 не доставлено)", 1 / 3)
    assert (link.steps.invited, link.steps.started, link.rate.value) == (None, 2, 0.5)
    assert link.formula == "1 ответили до конца ÷ 2 начали"
    assert [(one.segment, one.steps.started) for one in places] == [("", 1), ("Арбат", 1)]
    assert funnel(survey, Narrowed(channel="email", since=timezone.now() + timedelta(days=1))) == {}


def say_link(survey: Survey) -> None:
    take_answers(survey=survey, values={"sat": 4}, actor=SYSTEM, taken=Taken(token="x", segment="Арбат"))
    answered(survey, "link-half", {"sat": 3})


def test_an_anonymous_invitation_says_that_it_was_used_and_the_sittings_how_many_finished() -> None:
    make_inbox()
    survey = make_survey(ONE, names="anonymous")
    turn = ask_by_hand(survey=survey, customer=make_customer(), actor=SYSTEM)
    answered(survey, "t", {"q": 4}, invitation=turn.invitation)

    [steps] = funnel(survey, Narrowed(since=timezone.now() - timedelta(days=2))).values()

    assert vars(steps) == {"invited": 1, "delivered": 1, "opened": 1, "started": 1, "finished": 1}
    assert Invitation.objects.get().state == "begun"


# ── Over time ─────────────────────────────────────────────────────────────────────────────
def reworded(survey: Survey) -> None:
    text = {**question("q"), "text": "Другими словами?"}
    change_survey(survey=survey, definition=written(survey_of(page("a", text))), actor=SYSTEM)
    publish(survey=survey, actor=SYSTEM)


def test_new_words_begin_a_new_series_and_the_trend_shows_the_seam() -> None:
    survey = make_survey(ONE)
    say(survey, 5, 4, days=20)
    reworded(survey)
    say(survey, 3, 3, days=2)
    edges = edges_of(30, timezone.now())

    pieces = over_time(survey, "q", "", Narrowed(since=edges[0]), edges=edges)
    now = figures(survey)[0]
    found = trend(now, pieces, edges, [(timezone.localdate() - timedelta(days=8), "переехали")])

    assert len(edges) == 6
    assert [point.n for point in found.figure.series] == [0, 4, 0, 0, 0, 3]
    assert list(found.wordings) == [0, 1, 0, 0, 0, 2]
    seam, note = found.figure.marks
    assert (seam.place, seam.is_seam, seam.label) == (5, True, "A")
    assert (note.is_seam, note.label, note.text.endswith("переехали")) == (False, "1", True)


def test_another_scale_stands_on_no_axis_of_this_one() -> None:
    survey = make_survey(ONE)
    say(survey, 5, 3, days=20)
    change_survey(survey=survey, definition=written(survey_of(page("a", question("q", "nps")))), actor=SYSTEM)
    publish(survey=survey, actor=SYSTEM)
    say(survey, 9, 2, days=2)
    edges = edges_of(30, timezone.now())

    found = trend(figures(survey)[0], over_time(survey, "q", "", Narrowed(), edges=edges), edges, [])

    assert [point.n for point in found.figure.series] == [0, 0, 0, 0, 0, 2]
    assert found.figure.marks == []


def test_without_names_a_point_shows_whole_lots_only() -> None:
    survey = make_survey(ONE, names="anonymous")
    say(survey, 5, 7, days=22)
    say(survey, 5, 6, days=12)
    say(survey, 1, 4, days=2)
    edges = edges_of(30, timezone.now())

    pieces = over_time(survey, "q", "", Narrowed(since=edges[0]), edges=edges)

    assert [sum(one.value.n for one in several) for several in pieces] == [0, 7, 0, 0, 0, 0]
    assert figures(survey)[0].value.n == 17


def test_notes_of_the_house_are_written_and_taken_away() -> None:
    note = note_day(day=date(2026, 3, 12), text="  мы   переехали ", actor=SYSTEM)

    assert note.text == "мы переехали"
    with refused("text_missing"):
        note_day(day=date(2026, 3, 12), text=" ", actor=SYSTEM)
    with refused("day_to_come"):
        note_day(day=timezone.localdate() + timedelta(days=1), text="завтра", actor=SYSTEM)
    drop_note(note=note, actor=SYSTEM)
    drop_note(note=note, actor=SYSTEM)
    assert not DayNote.objects.exists()


# ── By segment ────────────────────────────────────────────────────────────────────────────
def test_segments_stand_against_all_others_and_small_ones_are_judged_by_nobody() -> None:
    survey = make_survey(ONE)
    for place, good, bad in (("Арбат", 38, 2), ("Таганка", 15, 25), ("Сокол", 3, 0)):
        say(survey, 5, good, segment=place)
        say(survey, 1, bad, segment=place)

    found = segments(by_segment(survey, "q", "", Narrowed()))

    assert [(one.name, one.figure.n) for one in found] == [("Арбат", 40), ("Таганка", 40), ("Сокол", 3)]
    assert [one.verdict.tone if one.verdict else None for one in found] == ["satisfied", "risk", None]
    assert against_the_rest(told_of("csat", {5: 30}), told_of("csat", {5: 29})) is None
    assert segments({"": told_of("csat", {5: 30})}) == []


def test_small_segments_without_names_are_shown_to_nobody() -> None:
    survey = make_survey(ONE, names="confidential")
    say(survey, 5, 6, segment="Арбат")
    say(survey, 1, 4, segment="Таганка")

    assert {name: one.value.n for name, one in by_segment(survey, "q", "", Narrowed()).items()} == {"Арбат": 6}


# ── What goes with it ─────────────────────────────────────────────────────────────────────
PARTS = survey_of(
    page(
        "a",
        question("q", "nps"),
        question("near", "rating"),
        question("far", "rating"),
        question("rare", "rating"),
    )
)


def test_what_goes_with_the_whole_is_ranked_and_few_pairs_say_nothing() -> None:
    survey, chance = make_survey(PARTS), Random(3)
    for at in range(60):
        near = chance.randint(1, 5)
        values = {"q": near * 2, "near": near, "far": chance.randint(1, 5), "rare": near if at < 29 else None}
        take_answers(survey=survey, values=values, actor=SYSTEM, taken=Taken(token=str(at)))

    found = drivers(survey, Narrowed())

    assert found is not None
    assert [one.question.key for one in found.found] == ["near", "far", "rare"]
    near_one, far_one, rare_one = (one.r for one in found.found)
    assert near_one.value == pytest.approx(1)
    assert abs(far_one.value or 0) < 0.4
    assert (rare_one.value, rare_one.n) == (None, 29)
    assert drivers(make_survey(survey_of(page("a", question("w", "text")))), Narrowed()) is None


def test_linked_is_drawn_into_the_page_and_is_a_page_of_its_own() -> None:
    survey = make_survey(PARTS)
    visitor = desk(make_lead())

    part = visitor.get(f"/desk/surveys/{survey.pk}/linked", headers={"HX-Request": "true"}).text
    whole = visitor.get(f"/desk/surveys/{survey.pk}/linked").text

    assert "<html" not in part
    assert "<html" in whole
    assert "меньше тридцати" in part


# ── The page and its files ────────────────────────────────────────────────────────────────
def test_the_page_looks_closely_at_the_chosen_question_and_compares_segments() -> None:
    survey = make_survey(DELIVERY)
    for place, number in (("Арбат", 5), ("Таганка", 2)):
        for at in range(31):
            taken = Taken(token=f"{place}{at}", segment=place)
            take_answers(survey=survey, values={"sat": number, "nps": 9}, actor=SYSTEM, taken=taken)
    note_day(day=timezone.localdate(), text="переехали", actor=SYSTEM)
    visitor = desk(make_lead())

    usual = visitor.get(f"/desk/surveys/{survey.pk}/").text
    chosen = visitor.get(f"/desk/surveys/{survey.pk}/?over=nps&segment=Арбат&against=segment:Таганка&days=90").text
    strange = visitor.get(f"/desk/surveys/{survey.pk}/?over=zzz&segment=zzz&against=zzz&days=zzz&channel=zzz")

    assert "переехали" in usual
    assert "выше, чем у остальных, доказано" in usual
    assert 'id="closely-name">Вопрос nps' in chosen
    assert "Сравнение с «Таганка»" in chosen
    assert strange.status_code == 200


@pytest.mark.parametrize("name", ["questions", "options", "words", "trend", "segments", "funnel", "drivers"])
def test_every_table_leaves_as_a_file_and_no_word_is_a_formula(name: str) -> None:
    survey = make_survey(DELIVERY)
    for at, place in enumerate(["=HYPERLINK(1)", "+7"]):
        values = {"sat": 1, "words": "=cmd|'/c calc'!A1", "nps": 2}
        take_answers(survey=survey, values=values, actor=SYSTEM, taken=Taken(token=str(at), segment=place))
    visitor, address = desk(make_lead()), f"/desk/surveys/{survey.pk}/table/{name}"

    as_csv, as_xlsx = (visitor.post(address, {"file": file}) for file in ("csv", "xlsx"))

    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert len(rows) > (1 if name != "drivers" else 0)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).active
    assert sheet is not None
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert visitor.post(address, {"file": "exe"}).status_code == 404
    assert visitor.post(f"/desk/surveys/{survey.pk}/table/other", {"file": "csv"}).status_code == 404


def test_what_nobody_asks_has_no_trend_and_no_page_breaks() -> None:
    words = make_survey(survey_of(page("a", question("w", "text"))))
    visitor = desk(make_lead())

    assert visitor.get(f"/desk/surveys/{words.pk}/").status_code == 200
    assert visitor.post(f"/desk/surveys/{words.pk}/table/trend", {"file": "csv"}).status_code == 404
    assert visitor.post(f"/desk/surveys/{words.pk}/table/drivers", {"file": "csv"}).status_code == 404


def test_rows_of_a_matrix_are_looked_at_one_by_one() -> None:
    matrix = question("m", "matrix", rows=[{"id": "a", "text": "Цена"}, {"id": "b", "text": "Срок"}])
    asked = definition_of(make_survey(survey_of(page("a", matrix, question("w", "text")))).versions.get())

    assert [(one.key, one.text) for one in looked_at(asked, "ru")] == [
        ("m.a", "Вопрос m: Цена"),
        ("m.b", "Вопрос m: Срок"),
    ]


def test_figures_narrow_by_channel_and_without_names_by_whole_lots() -> None:
    named, nameless = make_survey(ONE), make_survey(ONE, names="anonymous")
    for survey in (named, nameless):
        say(survey, 5, 6, channel="kiosk")
        say(survey, 1, 3, channel="email")

    assert figures(named, Narrowed(channel="email"))[0].value.n == 3
    assert figures(nameless, Narrowed(channel="kiosk"))[0].value.n in {0, 5}
    assert figures(nameless, Narrowed(channel="email"))[0].value.n == 0


# ── Whom to ask, on the desk ──────────────────────────────────────────────────────────────
def test_a_lead_plans_brings_a_list_and_reads_who_was_not_asked() -> None:
    make_inbox()
    survey, visitor = make_survey(ONE), desk(make_lead())
    place = f"/desk/surveys/{survey.pk}"
    plan = {
        "trigger": "schedule", "share": 10, "delay_hours": 0, "every_days": 30, "reminders": 2, "remind_after_days": 3
    }  # fmt: skip

    planned = visitor.post(f"{place}/asking", plan)
    wrong = visitor.post(f"{place}/asking", plan | {"share": 101})
    file = io.BytesIO("почта\nivan@mail.example\nникто\n".encode())
    file.name = "люди.csv"
    taken = visitor.post(f"{place}/asking/file", {"file": file})
    hand = visitor.post(f"{place}/asking/one", {"hand-email": "petr@mail.example"})
    nobody = visitor.post(f"{place}/asking/one", {"hand-email": "никто"})
    shown = visitor.get(taken["Location"]).text
    narrowed = visitor.get(f"{place}/people?rule=address").text

    assert [one.status_code for one in (planned, wrong, taken, hand, nobody)] == [302, 422, 302, 302, 302]
    assert "Это не адрес электронной почты" in shown
    assert "никто" in narrowed
    assert "petr@mail.example" not in narrowed
    assert "Следующий круг" in visitor.get(f"{place}/asking").text
    assert visitor.get(f"{place}/people?list=999999").status_code == 404
    binary = io.BytesIO(b"\x00\x01\xff\xfe\x00\xd8")
    binary.name = "a.csv"
    assert visitor.post(f"{place}/asking/file", {"file": binary}).status_code == 422


def test_notes_stand_on_the_page_and_agents_only_read() -> None:
    survey, lead = make_survey(ONE), desk(make_lead())
    place = f"/desk/surveys/{survey.pk}"

    lead.post(f"{place}/note", {"day": "2026-03-12", "text": "переехали"})
    lead.post(f"{place}/note", {"day": "нет", "text": ""})
    shown = lead.get(f"{place}/").text
    for_agent = desk(make_agent()).get(f"{place}/").text
    lead.post(f"{place}/note", {"drop": DayNote.objects.get().pk})

    assert "12 марта 2026: переехали" in shown
    assert ">Записать</button>" in shown
    assert "переехали" in for_agent
    assert ">Записать</button>" not in for_agent
    assert not DayNote.objects.exists()
    assert lead.post(f"{place}/note", {"drop": "999"}).status_code == 404
