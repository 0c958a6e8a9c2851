"""What becomes of a suggestion: allowed moves, our answer, the board, what it has to do with, joining."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.models import Alert
from otklik.foundation.actors import SYSTEM
from otklik.suggestions import actions
from otklik.suggestions.models import Link, State, Step, Suggestion, Voice, Word
from otklik.suggestions.moves import MOVES
from otklik.suggestions.queries import suggestions, weight_of
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, make_agent, make_case, make_customer, make_standard, refused, run_jobs
from tests.suggestions.making import WORDS, done, fresh, make_suggestion, olga, pyotr, shown, voice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("now", list(State), ids=str)
@pytest.mark.parametrize("to", list(State), ids=str)
def test_only_the_moves_of_the_table_are_made(now: State, to: State) -> None:
    row = make_suggestion()
    other = make_suggestion(title="Другое")
    about = {"state": now, "reason": "Нет", "owner": None, "done_at": timezone.now()}
    about["owner_id"] = olga().pk
    del about["owner"]
    if now == State.DUPLICATE:
        about["duplicate_of"] = other
    Suggestion.objects.filter(pk=row.pk).update(**about)

    if to in MOVES[now]:
        assert actions.move(suggestion=row, to=to, reason="Дорого", actor=olga()).state == to
    else:
        with refused("cannot_move_now"):
            actions.move(suggestion=row, to=to, reason="Дорого", actor=olga())


def test_what_is_taken_up_is_whoevers_pressed_and_its_way_is_kept() -> None:
    row = make_suggestion()

    for to in (State.LOOKED_AT, State.PLANNED, State.IN_WORK, State.DONE):
        actions.move(suggestion=row, to=to, actor=olga())

    assert fresh(row).owner_id == olga().pk
    assert fresh(row).done_at is not None
    assert [(one.state, one.agent_id) for one in Step.objects.order_by("id")] == [
        ("new", None), *(("looked_at", olga().pk), ("planned", olga().pk), ("in_work", olga().pk), ("done", olga().pk)),
    ]  # fmt: skip


def test_a_no_says_why_and_nobody_takes_it_up_for_nobody() -> None:
    row = make_suggestion()

    with refused("reason_missing"):
        actions.move(suggestion=row, to=State.DECLINED, actor=olga(), reason=" ")
    with refused("owner_missing"):
        actions.move(suggestion=row, to=State.PLANNED, actor=SYSTEM)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"state": "declined"}, "a_declined_suggestion_says_why"),
        ({"state": "duplicate"}, "a_duplicate_leads_to_its_original"),
        ({"state": "planned"}, "what_is_taken_up_has_an_owner"),
        ({"answer": "Да"}, "an_official_answer_has_a_name"),
        ({"shown_at": "2026-11-30T10:00Z"}, "what_is_shown_was_approved_by_somebody"),
        ({"hinders": True}, "only_colleagues_say_what_hinders_or_stay_nameless"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_says_so_too(values: dict[str, object], rule: str) -> None:
    row = make_suggestion()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(**values)


def test_it_is_worded_and_given_to_somebody_who_hears_of_it_once() -> None:
    row, anna = make_suggestion(title=""), make_agent()

    for _time in range(2):
        actions.edit_suggestion(suggestion=row, values={"title": "Записи на полгода", "owner": anna}, actor=olga())

    assert (fresh(row).title, fresh(row).is_theirs, fresh(row).owner) == ("Записи на полгода", False, anna)
    assert Alert.objects.get(agent=anna).reason == "suggestions.entrusted"
    with refused("title_missing"):
        actions.edit_suggestion(suggestion=row, values={"title": " "}, actor=olga())
    done(row)
    with refused("owner_missing"):
        actions.edit_suggestion(suggestion=row, values={"owner": None}, actor=olga())


def test_our_answer_has_a_name() -> None:
    row = make_suggestion()

    actions.answer(suggestion=row, words="Записи остаются на полгода.", actor=olga())

    assert (fresh(row).answered_by_id, fresh(row).answered_at is not None) == (olga().pk, True)
    with refused("answer_missing"):
        actions.answer(suggestion=row, words="", actor=olga())


# ── The board ─────────────────────────────────────────────────────────────────────────────
def test_a_text_is_approved_by_somebody_before_it_is_shown() -> None:
    row = make_suggestion()

    shown(row, words="Раньше закрывали сразу")
    assert (fresh(row).shown_by_id, fresh(row).shown_title) == (olga().pk, "Записи остаются на полгода")
    actions.hide(suggestion=row, actor=olga())

    assert (fresh(row).shown_at, fresh(row).shown_by) == (None, None)


def test_very_words_are_shown_only_if_they_allowed_it() -> None:
    row, willing = make_suggestion(), make_suggestion(pyotr(), may_be_shown=True)

    with refused("very_words"):
        shown(row, words=f"Нам пишут: {WORDS.upper()}!")
    with refused("title_missing"):
        shown(row, title=" ")
    shown(willing, words=WORDS)

    assert fresh(row).shown_at is None
    assert fresh(willing).shown_at is not None


# ── Links and weight ──────────────────────────────────────────────────────────────────────
def test_it_has_to_do_with_cases_and_standards_each_once() -> None:
    case, standard = make_case(), make_standard()
    row = make_suggestion()
    for _time in range(2):
        actions.link(suggestion=row, case=case, actor=olga())
        actions.link(suggestion=row, standard=standard, actor=olga())

    assert Link.objects.count() == 2
    with refused("nothing_to_link"):
        actions.link(suggestion=row, actor=olga())
    for one in Link.objects.all():
        actions.unlink(suggestion=row, link_id=one.pk, actor=olga())
    actions.unlink(suggestion=row, link_id=0, actor=olga())
    assert not Link.objects.exists()


def test_evidence_is_counted_part_by_part() -> None:
    case = make_case(kind="complaint")
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=True, satisfaction=5)
    row = make_suggestion(case.customer, case=case, at=timezone.now() - timedelta(days=40))
    voice(row, case.customer, "Ещё раз прошу", case=case)
    voice(row, pyotr())
    voice(row, None, "Из опроса", source="survey")

    weight = weight_of(row)

    assert (weight.customers, weight.organizations, weight.cases, weight.complaints) == (3, 0, 1, 1)
    assert (weight.days, weight.hours) == (41, 0)
    assert (weight.satisfied.value, weight.satisfied.n) == (1.0, 1)
    assert [many for _month, many in weight.months if many] == [1, 2]


def test_nothing_weighs_nothing() -> None:
    row = make_suggestion()
    Voice.objects.all().delete()

    weight = weight_of(row)

    assert (weight.customers, weight.hours, weight.days, weight.months, weight.satisfied.n) == (0, 0, 0, [], 0)


# ── Joining ───────────────────────────────────────────────────────────────────────────────
def test_joining_keeps_all_words_and_one_voice_of_each() -> None:
    one, other = make_suggestion(), make_suggestion(words="Не закрывайте записи", title="Не закрывать записи")
    voice(one, pyotr(), "И я прошу")
    voice(other, make_customer("Лидия", "lidia@mail.example"))
    voice(other, None, "Хотя бы на месяц", source="survey")
    actions.link(suggestion=other, case=make_case(), actor=olga())
    shown(other)

    actions.merge(suggestion=other, into=one, actor=olga())

    row = suggestions(olga()).get(pk=one.pk)
    assert row.voice_count == 4  # type: ignore[attr-defined]
    words = Word.objects.filter(voice__suggestion=one).values_list("text", flat=True)
    assert set(words) == {WORDS, "И я прошу", "Не закрывайте записи", "Хотя бы на месяц"}
    assert (fresh(other).state, fresh(other).duplicate_of, fresh(other).shown_at) == (State.DUPLICATE, one, None)
    assert row.links.count() == 1


def test_a_duplicate_of_a_duplicate_leads_to_the_last_one() -> None:
    first, second, third = (make_suggestion(title=name) for name in ("Раз", "Два", "Три"))

    actions.merge(suggestion=first, into=second, actor=olga())
    actions.merge(suggestion=second, into=third, actor=olga())

    assert fresh(first).duplicate_of == third
    for code, pair in (("merged_with_itself", (third, third)), ("is_duplicate", (first, third))):
        with refused(code):
            actions.merge(suggestion=pair[0], into=pair[1], actor=olga())
    with refused("is_duplicate"):
        voice(first, pyotr())
    ours = actions.suggest_as_colleague(words="Второй монитор", actor=olga())
    with refused("not_the_same_kind"):
        actions.merge(suggestion=ours, into=third, actor=olga())
