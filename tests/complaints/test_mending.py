"""What is done about a problem, by whom, until when; and everybody who was touched hears what has changed, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otklik.complaints.actions import (
    finish_fix,
    link_case,
    link_complaint,
    move_problem,
    save_fix,
    save_problem,
    tell_touched,
    to_tell,
    write_to,
)
from otklik.complaints.models import Fix, Problem, Told
from otklik.complaints.queries import touched_by
from otklik.customers.actions import merge_customers
from otklik.customers.models import Customer
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, make_case, make_customer, make_lead, outbox, refused, run_jobs
from tests.complaints.making import boris, make_complaint
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
WORDS = {"ru": "Мы изменили то, о чём вы писали.", "en": "We have changed it."}


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def mended(olga: Agent) -> Problem:
    values = {"title": "Посылки ночуют", "owner": olga, "root_cause": "Поздно сдаём", "changes": "Сдаём до 17:30"}
    row = save_problem(values=values, actor=acting(olga))
    return move_problem(problem=row, to="fixed", actor=acting(olga))


# ── What is done ──────────────────────────────────────────────────────────────────────────
def test_what_is_done_has_a_name_a_day_and_an_end(olga: Agent) -> None:
    row, today = mended(olga), timezone.localdate()
    lead, place = desk(olga), f"/desk/problems/{row.pk}/"

    assert lead.post(f"{place}fix", {"what": "", "agent": olga.pk, "due_on": today}).status_code == 422
    lead.post(f"{place}fix", {"what": "Сдавать до 17:30", "agent": olga.pk, "due_on": today - timedelta(days=1)})
    fix = Fix.objects.get()
    assert "был срок" in lead.get(place).text
    lead.post(place, {"done": fix.pk})
    lead.post(place, {"done": fix.pk})
    assert "сделано" in lead.get(place).text
    lead.post(place, {"undone": fix.pk})

    assert Fix.objects.get().done_at is None
    said = Event.objects.filter(name="complaints.fix_saved").order_by("pk")
    assert [event.payload["is_done"] for event in said] == [False, True, False]
    assert lead.post(place, {"done": 999}).status_code == 404


def test_only_leads_agree_what_is_done(olga: Agent) -> None:
    row = mended(olga)
    fix = save_fix(problem=row, what="Раз", agent=olga, due_on=timezone.localdate(), actor=acting(olga))

    with refused("not_allowed"):
        save_fix(problem=row, what="Два", agent=olga, due_on=timezone.localdate(), actor=acting(boris()))
    with refused("not_allowed"):
        finish_fix(fix=fix, actor=acting(boris()))
    with refused("what_missing"):
        save_fix(problem=row, what=" ", agent=olga, due_on=timezone.localdate(), actor=acting(olga))


def test_what_did_not_help_says_why_and_may_be_tried_again(olga: Agent) -> None:
    row = mended(olga)
    lead, place = desk(olga), f"/desk/problems/{row.pk}/"

    assert lead.post(place, {"to": "no_help"})["Location"] == f"{place}no-help"
    assert lead.post(f"{place}no-help", {"because": ""}).status_code == 422
    lead.post(f"{place}no-help", {"because": "Курьер один на два города"})

    assert Problem.objects.get().state == "no_help"
    assert "Курьер один на два города" in lead.get(place).text
    move_problem(problem=Problem.objects.get(), to="in_work", actor=acting(olga))
    assert Problem.objects.get().no_help_because == ""


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"state": "no_help", "fixed_at": timezone.now}, "what_did_not_help_says_why"),
        ({"watch_weeks": 0}, "a_problem_is_watched_for_weeks"),
    ],
    ids=["why", "weeks"],
)
def test_the_database_keeps_it_too(olga: Agent, values: dict[str, object], rule: str) -> None:
    row = mended(olga)
    given = {name: value() if callable(value) else value for name, value in values.items()}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Problem.objects.filter(pk=row.pk).update(**given)
    with pytest.raises(IntegrityError, match="a_fix_says_what_is_done"), transaction.atomic():
        Fix.objects.create(problem=row, what="", agent=olga, due_on=timezone.localdate())


# ── Those who were touched ────────────────────────────────────────────────────────────────
def touched(olga: Agent) -> Problem:
    """Ivan by two cases, and Jane who reads English."""
    row = mended(olga)
    first = make_case()
    second = make_case(owner=first.owner, customer=first.customer, subject="И ещё раз")
    jane = make_customer("Jane Doe", "jane@mail.example")
    Customer.objects.filter(pk=jane.pk).update(language="en")
    third = make_case(owner=first.owner, customer=Customer.objects.get(pk=jane.pk), address="jane@mail.example")
    for case in (first, second, third):
        link_case(case=case, problem=row, actor=acting(olga))
    return row


def test_each_customer_gets_one_letter_in_their_language_from_the_owner_of_their_case(olga: Agent) -> None:
    row = touched(olga)
    before = len(outbox())

    tell_touched(problem=row, words=WORDS, shown=to_tell(row, WORDS).seen, actor=acting(olga))
    run_jobs()

    letters = Message.objects.filter(purpose="complaints.changed").order_by("pk")
    assert [letter.text for letter in letters] == [WORDS["ru"], WORDS["en"]]
    assert {letter.author_name for letter in letters} == {"Анна Смирнова"}
    assert len(outbox()) == before + 2
    assert set(Told.objects.values_list("state", flat=True)) == {"written"}
    assert touched_by(row) == []
    with refused("nobody_to_tell"):
        to_tell(row, WORDS)


def test_nobody_is_told_before_it_is_mended_nor_what_nobody_has_seen(olga: Agent) -> None:
    row = touched(olga)
    seen = to_tell(row, WORDS).seen

    with refused("changed_meanwhile"):
        tell_touched(problem=row, words=WORDS | {"ru": "Другие слова"}, shown=seen, actor=acting(olga))
    with refused("text_missing"):
        tell_touched(problem=row, words={"ru": "Только по-русски"}, shown=seen, actor=acting(olga))
    move_problem(problem=row, to="in_work", actor=acting(olga))
    with refused("not_fixed_yet"):
        tell_touched(problem=row, words=WORDS, shown=seen, actor=acting(olga))
    with refused("not_allowed"):
        tell_touched(problem=row, words=WORDS, shown=seen, actor=acting(boris()))

    assert not Told.objects.exists()


def test_who_came_after_the_letters_is_told_later_and_nobody_twice(olga: Agent) -> None:
    row = touched(olga)
    tell_touched(problem=row, words=WORDS, shown=to_tell(row, WORDS).seen, actor=acting(olga))
    run_jobs()
    complaint = make_complaint(case=make_case(owner=boris(), customer=make_customer("Пётр", "petr@mail.example")))
    link_complaint(complaint=complaint, problem=row, actor=acting(olga))

    tell_touched(problem=row, words=WORDS, shown=to_tell(row, WORDS).seen, actor=acting(olga))
    run_jobs()

    assert Message.objects.filter(purpose="complaints.changed").count() == 3
    assert Told.objects.filter(customer=complaint.customer).count() == 1


def test_two_records_that_were_one_person_were_told_once(olga: Agent) -> None:
    row = touched(olga)
    tell_touched(problem=row, words=WORDS, shown=to_tell(row, WORDS).seen, actor=acting(olga))
    told = Told.objects.order_by("pk").first()
    assert told is not None

    merge_customers(into=make_customer("Она же", "same@mail.example"), other=told.customer, actor=acting(olga))
    run_jobs()

    told.refresh_from_db()
    assert told.customer.name == "Она же"


def test_a_customer_without_an_address_is_counted_and_not_written_to(olga: Agent) -> None:
    row = mended(olga)
    case = make_case(address="", inbox_kind="api")
    link_case(case=case, problem=row, actor=acting(olga))

    tell_touched(problem=row, words=WORDS, shown=to_tell(row, WORDS).seen, actor=acting(olga))
    run_jobs()

    assert Told.objects.get().state == "no_way"
    assert "нет адреса" in desk(olga).get(f"/desk/problems/{row.pk}/").text


def test_a_lead_sees_letters_and_their_number_before_they_leave(olga: Agent) -> None:
    row = touched(olga)
    lead, place = desk(olga), f"/desk/problems/{row.pk}/tell"
    typed = {f"words_{language}": text for language, text in WORDS.items()}

    assert "Сдаём до 17:30" in lead.get(place).text
    look = lead.post(place, typed)
    assert "Отправить 2 письма" in look.text
    assert "script-src 'self'" in look.headers["Content-Security-Policy"], "a page of the desk like any other"
    assert WORDS["en"] in look.text
    seen = look.text.partition('name="seen" value="')[2].partition('"')[0]
    assert not Told.objects.exists()
    assert lead.post(place, typed | {"words_ru": "Другие", "seen": seen}).status_code == 422
    assert lead.post(place, typed | {"seen": seen}).status_code == 302

    run_jobs()
    page = lead.get(f"/desk/problems/{row.pk}/").text
    assert "Кому рассказали" in page
    assert "/tell" not in page
    assert lead.get(place).status_code == 200
    assert lead.post(place, typed).status_code == 302


@pytest.mark.django_db(transaction=True)
@locks(
    "complaints.actions.telling.write_to",
    "complaints.actions.problems.held_problem",
)
def test_of_two_who_tell_at_once_one_tells() -> None:
    olga = make_lead()
    row = touched(olga)
    seen = to_tell(row, WORDS).seen

    said = while_open(
        lambda: tell_touched(problem=row, words=WORDS, shown=seen, actor=acting(olga)),
        lambda: tell_touched(problem=row, words=WORDS, shown=seen, actor=acting(olga)),
    )
    told = Told.objects.order_by("pk").first()
    assert told is not None
    written = while_open(lambda: write_to(told), lambda: write_to(told))

    assert (said, written) == (["done", "nobody_to_tell"], ["done", "done"])
    assert Message.objects.filter(purpose="complaints.changed").count() == 1


def test_programs_agree_what_is_done_and_say_that_it_did_not_help(olga: Agent) -> None:
    row = mended(olga)
    program = Program(olga)

    made = program.post(
        f"/problems/{row.pk}/fixes", {"what": "Раз", "agent": olga.email, "due_on": "2026-12-24"}
    ).json()
    fix = made["fixes"][0]["id"]
    finished = program.post(f"/problems/{row.pk}/fixes/{fix}", {"is_done": True}).json()
    moved = program.post(f"/problems/{row.pk}/state", {"state": "no_help", "because": "Курьер один"}).json()

    assert finished["fixes"][0]["done_at"]
    assert (moved["state"], moved["no_help_because"], moved["told"]) == ("no_help", "Курьер один", 0)
