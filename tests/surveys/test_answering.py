"""Going through a survey: kept page by page, nobody counted twice, names only where they were promised."""

import json
import zipfile
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.cases.actions import erase_person
from otklik.cases.export import personal_data
from otklik.cases.models import Case
from otklik.customers.actions import merge_customers
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.surveys import actions
from otklik.surveys.actions import Taken, invite, save_page, sit_down, stay_silent, take_answers
from otklik.surveys.demo import deeds
from otklik.surveys.models import Answer, Invitation, Silence, Sitting, Survey, Version
from otklik.surveys.queries import Narrowed, figures, seals_of, sitting_of, values_of
from tests.building import acting, make_agent, make_customer, make_inbox, make_lead, refused, run_jobs
from tests.surveys.making import DELIVERY, answered, make_survey, page, question, survey_of, written

pytestmark = pytest.mark.django_db
ONE = survey_of(page("a", question("q")))


def told(survey: Survey, **query: Any) -> dict[str, Any]:
    return {one.question.key: one for one in figures(survey, Narrowed(**query))}


# ── Writing and publishing ────────────────────────────────────────────────────────────────
def test_a_flaw_keeps_it_from_being_published() -> None:
    survey = actions.write_survey(definition=written(survey_of()), actor=SYSTEM)

    with refused("questions_missing"):
        actions.publish(survey=survey, actor=SYSTEM)


def test_a_draft_changes_nothing_of_what_is_asked() -> None:
    survey = make_survey(ONE)
    sitting = answered(survey, "t")

    actions.change_survey(survey=survey, definition=written(DELIVERY), actor=SYSTEM)
    sitting = save_page(sitting=sitting, page="a", values={"q": 4})

    assert sitting.is_finished
    assert told(survey)["q"].value.n == 1
    actions.drop_draft(survey=survey, actor=SYSTEM)
    assert Version.objects.count() == 1
    with refused("not_a_draft"):
        actions.drop_draft(survey=survey, actor=SYSTEM)
    with refused("not_a_draft"):
        actions.publish(survey=survey, actor=SYSTEM)


def test_whoever_is_inside_goes_on_with_their_version() -> None:
    survey = make_survey(DELIVERY)
    sitting = answered(survey, "t", {"sat": 5})

    actions.change_survey(survey=survey, definition=written(ONE), actor=SYSTEM)
    actions.publish(survey=survey, actor=SYSTEM)
    sitting = save_page(sitting=sitting, page="last", values={"nps": 9})

    assert sitting.is_finished
    assert told(survey)["nps"].value.value == 100


def test_of_two_authors_the_second_is_told() -> None:
    survey = make_survey(ONE)
    draft = actions.change_survey(survey=survey, definition=written(ONE), actor=SYSTEM)
    longer, seen = written(DELIVERY), draft.edits
    actions.change_survey(survey=survey, definition=longer, actor=SYSTEM, edits=seen)

    with refused("changed_meanwhile"):
        actions.change_survey(survey=survey, definition=written(ONE), actor=SYSTEM, edits=seen)


def test_a_name_is_needed_and_a_copy_has_its_own() -> None:
    survey = make_survey(ONE)

    copy = actions.copy_survey(survey=survey, name="Ещё один", actor=SYSTEM)

    assert (copy.name, Survey.objects.get(pk=survey.pk).name, copy.link == survey.link) == (
        "Ещё один",
        "После посылки",
        False,
    )
    with refused("name_missing"):
        actions.copy_survey(survey=survey, name="  ", actor=SYSTEM)


def test_what_was_asked_is_not_rewritten_by_anybody() -> None:
    make_survey(ONE)

    with pytest.raises(IntegrityError, match="its words are not changed"):
        Version.objects.update(definition={})


# ── Page by page ──────────────────────────────────────────────────────────────────────────
def test_half_an_answer_is_half_an_answer() -> None:
    survey = make_survey(DELIVERY)

    answered(survey, "half", {"sat": 2})
    answered(survey, "whole", {"sat": 5, "ease": 7}, {"nps": 10})

    found = told(survey)
    assert found["sat"].value.n == 2
    assert found["ease"].left == {"skipped": 1, "not_shown": 0, "not_reached": 0, "withheld": 0}
    assert found["why"].left == {"skipped": 0, "not_shown": 1, "not_reached": 1, "withheld": 0}
    assert found["nps"].left["not_reached"] == 1


def test_a_page_sent_twice_is_one_answer() -> None:
    survey = make_survey(DELIVERY)

    for _time in range(2):
        sitting = sit_down(survey=survey, taken=Taken(token="same"))
        save_page(sitting=sitting, page="main", values={"sat": 4})

    assert Sitting.objects.count() == 1
    assert told(survey)["sat"].value.n == 1


def test_changing_ones_mind_takes_back_what_it_led_to() -> None:
    survey = make_survey(DELIVERY)
    sitting = answered(survey, "t", {"sat": 1}, {"words": "Порвалась"})

    sitting = save_page(sitting=sitting, page="main", values={"sat": 5})

    assert sitting.page == "last"
    assert not Answer.objects.filter(question="words").exists()
    assert sitting.asked == ["sat", "ease"]


def test_a_finished_survey_and_a_page_off_the_way_change_nothing() -> None:
    survey = make_survey(DELIVERY)
    sitting = answered(survey, "t", {"sat": 5}, {"nps": 9})
    assert sitting.is_finished

    save_page(sitting=sitting, page="main", values={"sat": 1})
    other = save_page(sitting=answered(survey, "u", {"sat": 5}), page="wrong", values={"words": "Нет"})

    assert told(survey)["sat"].spread == {1: 0, 2: 0, 3: 0, 4: 0, 5: 2}
    assert values_of(other, written(DELIVERY)) == {"sat": 5}


def test_what_is_needed_and_what_is_wrong_is_told_by_question() -> None:
    survey = make_survey(survey_of(page("a", question("q", is_required=True), question("r"))))
    sitting = answered(survey, "t")

    with pytest.raises(Refusal) as missing:
        save_page(sitting=sitting, page="a", values={"r": 5})
    with pytest.raises(Refusal) as wrong:
        save_page(sitting=sitting, page="a", values={"q": 1, "r": 9})

    assert (missing.value.code, list(missing.value.fields)) == ("answer_missing", ["q"])
    assert (wrong.value.code, list(wrong.value.fields)) == ("value_invalid", ["r"])
    assert not Answer.objects.exists()


def test_a_trial_never_counts() -> None:
    survey = make_survey(ONE)
    draft = actions.change_survey(survey=survey, definition=written(ONE), actor=SYSTEM)
    sitting = sit_down(survey=survey, taken=Taken(token="t", draft=draft))

    save_page(sitting=sitting, page="a", values={"q": 1})
    actions.publish(survey=survey, actor=SYSTEM)

    assert told(survey)["q"].value.n == 0
    assert told(survey)["q"].left["skipped"] == 0


def test_a_closed_survey_takes_nobody_in() -> None:
    survey = make_survey(ONE)
    actions.close_survey(survey=survey, actor=SYSTEM)
    survey.refresh_from_db()

    with refused("survey_closed"):
        sit_down(survey=survey, taken=Taken(token="t"))
    with refused("survey_closed"):
        invite(survey=survey, customer=make_customer(), actor=SYSTEM)


# ── Names ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("names", "has_name", "has_seal"), [("identified", 1, 0), ("confidential", 0, 1), ("anonymous", 0, 0)]
)
def test_names_are_kept_only_where_it_was_said(names: str, has_name: int, has_seal: int) -> None:
    survey = make_survey(ONE, names=names)
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)

    answered(survey, "t", {"q": 3}, invitation=invitation)

    assert Sitting.objects.exclude(customer=None).count() == has_name
    assert Sitting.objects.exclude(invitation=None).count() == has_name
    assert Sitting.objects.exclude(seal="").count() == has_seal
    assert (sitting_of(invitation) is not None) is bool(has_name or has_seal)


def test_an_anonymous_invitation_is_used_once_and_nobody_knows_by_what() -> None:
    survey = make_survey(ONE, names="anonymous")
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    sitting = answered(survey, "t", {"q": 3}, invitation=invitation)
    invitation.refresh_from_db()

    with refused("already_answered"):
        sit_down(survey=survey, taken=Taken(token="u", invitation=invitation))
    assert sit_down(survey=survey, taken=Taken(token="t", invitation=invitation)) == sitting
    assert sitting.at == sitting.at.replace(hour=0, minute=0, second=0, microsecond=0)
    assert invitation.state == Invitation.State.BEGUN


@pytest.mark.parametrize(
    ("names", "about", "constraint"),
    [
        ("anonymous", {"customer": True}, "only_an_identified_answer_has_a_name"),
        ("confidential", {"customer": True}, "only_an_identified_answer_has_a_name"),
        ("anonymous", {"seal": "x"}, "only_a_confidential_answer_has_a_seal"),
        ("anonymous", {"at": timezone.now().replace(hour=3, minute=1)}, "an_anonymous_answer_has_no_hour"),
        ("anonymous", {"names": "identified"}, "an_answer_has_the_names_of_its_version"),
        ("identified", {"customer": True, "is_trial": True}, "a_trial_is_nobodys_answer"),
    ],
)
def test_the_database_keeps_the_promise(names: str, about: dict[str, Any], constraint: str) -> None:
    version = make_survey(ONE, names=names).versions.get()
    if "customer" in about:
        about = about | {"customer": make_customer()}
    day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Sitting.objects.create(**{"version": version, "names": names, "token": "t", "at": day, **about})


def test_an_answer_without_anything_is_none() -> None:
    sitting = answered(make_survey(ONE), "t")

    with pytest.raises(IntegrityError, match="an_answer_says_something"), transaction.atomic():
        Answer.objects.create(sitting=sitting, question="q")
    with pytest.raises(IntegrityError, match="an_expectation_is_half_of_a_pair"), transaction.atomic():
        Answer.objects.create(sitting=sitting, question="q", expected=1, words="а")


# ── Fewer than five ───────────────────────────────────────────────────────────────────────
def _five(survey: Survey, count: int, *, segment: str = "", days_ago: int = 0, score: int = 5) -> None:
    for at in range(count):
        taken = Taken(token=f"{segment}-{days_ago}-{at}", segment=segment)
        moment = timezone.now() - timedelta(days=days_ago)
        take_answers(survey=survey, values={"q": score}, actor=SYSTEM, taken=taken, at=moment)


@pytest.mark.parametrize("names", ["confidential", "anonymous"])
def test_fewer_than_five_are_not_shown(names: str) -> None:
    survey = make_survey(ONE, names=names)
    _five(survey, 4)

    few = told(survey)["q"]
    _five(survey, 1, segment="x")
    enough = told(survey)["q"]

    assert (few.value.n, few.value.value, few.left["withheld"], few.is_withheld) == (0, None, 4, True)
    assert few.spread[5] == 0
    assert (enough.value.n, enough.value.value) == (5, 1.0)
    assert told(survey, segment="x")["q"].value.n == 0


def test_with_names_every_answer_is_shown() -> None:
    survey = make_survey(ONE)
    _five(survey, 1)

    assert told(survey)["q"].value.n == 1


def test_subtracting_two_filters_tells_of_nobody() -> None:
    survey = make_survey(ONE, names="confidential")
    _five(survey, 6, segment="msk", days_ago=9)
    _five(survey, 7, segment="spb", days_ago=5)
    _five(survey, 3, segment="kzn", days_ago=2, score=1)
    _five(survey, 1, segment="msk", days_ago=1, score=1)
    now = timezone.now()
    spans = [
        (None, None), (now - timedelta(days=6), None), (None, now - timedelta(days=1, hours=1)),
        (None, now - timedelta(days=3)), (now - timedelta(days=10), now - timedelta(days=4)),
    ]  # fmt: skip

    shown = {
        told(survey, since=since, until=until, segment=segment)["q"].value.n
        for since, until in spans
        for segment in (None, "msk", "spb", "kzn", "nowhere")
    }

    assert shown == {0, 7, 14}
    assert all(abs(one - other) == 0 or abs(one - other) >= 5 for one in shown for other in shown)


# ── Not now, never ────────────────────────────────────────────────────────────────────────
def test_not_now_and_never_are_answers() -> None:
    survey = make_survey(ONE, family="delivery")
    ivan = make_customer()
    invitation = invite(survey=survey, customer=ivan, actor=SYSTEM)

    stay_silent(invitation=invitation, days=30)
    stay_silent(invitation=invitation, days=7)
    silence = Silence.objects.get(customer=ivan, family="delivery")
    invitation.refresh_from_db()

    assert silence.until is not None
    assert timedelta(days=29) < silence.until - timezone.now() < timedelta(days=31)
    assert invitation.state == Invitation.State.LATER
    stay_silent(invitation=invitation, days=None)
    stay_silent(invitation=invitation, days=90)
    assert Silence.objects.get(customer=ivan).until is None
    with refused("delay_invalid"):
        stay_silent(invitation=invitation, days=3)


def test_an_answer_after_not_now_is_welcome() -> None:
    survey = make_survey(ONE)
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    stay_silent(invitation=invitation, days=7)

    answered(survey, "t", {"q": 5}, invitation=invitation)

    invitation.refresh_from_db()
    assert (invitation.state, invitation.ask_again_at) == (Invitation.State.FINISHED, None)


# ── A person's data ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("names", ["identified", "confidential"])
def test_answers_are_taken_out_and_forgotten_with_the_person(names: str) -> None:
    survey = make_survey(survey_of(page("a", question("q"), question("w", "text"))), names=names)
    ivan, anna = make_customer(), make_agent()
    answered(
        survey, "t", {"q": 2, "w": "Я живу на Садовой"}, invitation=invite(survey=survey, customer=ivan, actor=SYSTEM)
    )

    taken = actions_export(ivan, anna)
    erase_person(customer=ivan, actor=SYSTEM)
    erase_person(customer=ivan, actor=SYSTEM)

    assert [one["words"] for one in taken["survey_answers"]] == ["", "Я живу на Садовой"]
    assert list(Answer.objects.values_list("question", flat=True)) == ["q"]
    assert not Sitting.objects.exclude(customer=None, seal="").exists()
    assert Invitation.objects.get().expires_at <= timezone.now()


def actions_export(ivan: Customer, anna: Any) -> dict[str, Any]:
    with personal_data(ivan, actor=acting(anna)) as file, zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read("data.json"))
    return found


def test_two_who_were_one_keep_their_answers_and_the_longer_silence() -> None:
    survey = make_survey(ONE)
    ivan, other = make_customer(), make_customer("Ваня", "vanya@mail.example")
    invitation = invite(survey=survey, customer=other, actor=SYSTEM)
    answered(survey, "t", {"q": 5}, invitation=invitation)
    stay_silent(invitation=invitation, days=None)
    stay_silent(invitation=invite(survey=survey, customer=ivan, actor=SYSTEM), days=7)

    merge_customers(other=other, into=ivan, actor=acting(make_lead()))
    run_jobs()

    assert Sitting.objects.get().customer == ivan
    assert Silence.objects.get().customer == ivan
    assert Silence.objects.get().until is None


def test_a_seal_is_made_by_the_key_and_an_old_key_still_finds_it(settings: Any) -> None:
    old = seals_of([1])[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for everybody here"

    assert seals_of([1])[0] != old
    assert old in seals_of([1])


def test_the_demo_company_asks_and_hears() -> None:
    make_inbox()
    make_agent()
    now = timezone.now()

    planned = list(deeds(now, Random(1)))
    for _moment, deed in planned:
        deed()

    course, relation = Survey.objects.order_by("id")
    assert all(moment < now for moment, _deed in planned)
    assert told(course)["satisfied"].value.n == 72
    assert Case.objects.get().channel == "survey"
    assert told(course)["rate"].value.n > 30
    assert told(relation)["recommend"].value.n == 90
    assert told(relation)["why_low"].left["not_shown"] > 0
