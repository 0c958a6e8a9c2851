"""Two cases about one matter become one, and nothing said in either gets lost."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.cases.actions import (
    add_draft_files,
    alert,
    close_unconfirmed,
    mark_solved,
    merge_cases,
    note,
    reopen,
    reply,
    save_draft,
)
from otklik.cases.figures import shares_of, team_figures
from otklik.cases.models import Alert, Case, Draft, DraftFile
from otklik.cases.queries import case_by_link, case_link
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.portal.queries import sign_in_word
from otklik.reach.adapters.incoming import IncomingFile
from otklik.voice.models import Invitation
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_customer, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Case:
    return make_case()


@pytest.fixture
def second(first: Case) -> Case:
    return make_case(owner=first.owner, customer=first.customer, subject="Где учебник?")


def merge(into: Case, other: Case) -> None:
    merge_cases(into=fresh(into), other=fresh(other), actor=acting(into.owner))


def test_an_open_matter_opens_the_finished_case_it_is_merged_into(first: Case, second: Case) -> None:
    mark_solved(case=first, actor=acting(first.owner), summary="Отправили")
    close_unconfirmed(case=fresh(first))

    merge(first, second)

    assert fresh(first).state == Case.State.OPEN
    assert fresh(second).state == Case.State.UNCONFIRMED


@pytest.mark.parametrize("act", [reply, note])
def test_nothing_more_is_written_in_a_case_that_was_merged_away(first: Case, second: Case, act: object) -> None:
    merge(first, second)

    with pytest.raises(Refusal) as refusal:
        act(case=fresh(second), actor=acting(first.owner), text="Ещё слово")  # type: ignore[operator]

    assert refusal.value.code == "merged_already"
    assert str(first.number) in refusal.value.text


def test_a_case_that_was_merged_away_is_neither_opened_nor_merged_again(first: Case, second: Case) -> None:
    merge(first, second)

    with pytest.raises(Refusal, match=str(first.number)):
        reopen(case=fresh(second), actor=acting(first.owner), reason="Ошибка")
    with pytest.raises(Refusal, match=str(first.number)):
        merge(second, first)
    with pytest.raises(Refusal, match=str(first.number)):
        merge(first, second)
    assert fresh(second).state == Case.State.UNCONFIRMED


def test_its_page_and_its_links_lead_on(first: Case, second: Case) -> None:
    third = make_case(owner=first.owner, customer=first.customer)
    link = case_link(third)
    merge(second, third)
    merge(first, second)

    page = desk(first.owner).get(f"/desk/cases/{second.number}/")

    assert page.status_code == 200
    assert f"/desk/cases/{first.number}/" in page.content.decode()
    assert case_by_link(link)[0] == first


def test_a_no_to_the_question_about_it_counts_in_the_case_it_went_to(first: Case, second: Case) -> None:
    mark_solved(case=second, actor=acting(first.owner), summary="Отправили")
    run_jobs()
    merge(first, second)

    answer = Client().post(f"/answer/{Invitation.objects.get().token}", {"solved": "no"})

    assert answer.status_code == 302
    assert (fresh(first).state, fresh(second).state) == (Case.State.OPEN, Case.State.UNCONFIRMED)
    assert Alert.objects.filter(case=first, reason=Alert.Reason.DISSATISFIED).exists()


# ── Drafts, alerts ────────────────────────────────────────────────────────────────────────
def test_what_colleagues_were_writing_goes_along(first: Case, second: Case) -> None:
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    save_draft(case=first, actor=acting(first.owner), kind="reply", text="Из первого")
    save_draft(case=second, actor=acting(first.owner), kind="reply", text="Из второго")
    save_draft(case=second, actor=acting(igor), kind="note", text="Заметка")
    file = IncomingFile(name="чек.txt", content_type="text/plain", content=b"42")
    add_draft_files(case=second, actor=acting(igor), kind="note", files=[file])

    merge(first, second)

    kept = {(draft.case_id, draft.agent, draft.text) for draft in Draft.objects.select_related("agent")}
    assert kept == {(first.pk, first.owner, "Из первого\n\nИз второго"), (first.pk, igor, "Заметка")}
    assert DraftFile.objects.get().draft.case_id == first.pk


def test_a_page_still_open_on_it_strands_no_draft(first: Case, second: Case) -> None:
    merge(first, second)
    file = IncomingFile(name="чек.txt", content_type="text/plain", content=b"42")

    with pytest.raises(Refusal) as typed:
        save_draft(case=fresh(second), actor=acting(first.owner), kind="reply", text="Ещё")
    with pytest.raises(Refusal) as attached:
        add_draft_files(case=fresh(second), actor=acting(first.owner), kind="reply", files=[file])

    assert {typed.value.code, attached.value.code} == {"merged_already"}
    assert not Draft.objects.exists()


def test_what_somebody_was_told_leads_to_where_it_went(first: Case, second: Case) -> None:
    for case in (first, second):
        alert(agent=first.owner, case=case, reason=Alert.Reason.MENTION, source="7")
    alert(agent=first.owner, case=second, reason=Alert.Reason.MENTION, source="8")

    merge(first, second)

    told = Alert.objects.filter(seen_at=None).order_by("source")
    assert [(row.case_id, row.source) for row in told] == [(first.pk, "7"), (first.pk, "8")]


# ── Figures, lists, where it went ─────────────────────────────────────────────────────────
def test_it_counts_in_no_figure(first: Case, second: Case) -> None:
    for case in (first, second):
        reply(case=case, actor=acting(first.owner), text="Едет")
        mark_solved(case=fresh(case), actor=acting(first.owner), summary="Отправили")
        close_unconfirmed(case=fresh(case))
    since, now = first.created_at - timedelta(hours=1), first.created_at + timedelta(hours=1)
    before = team_figures(SYSTEM, since=since, now=now)
    assert before.share.unconfirmed == 2

    merge(first, second)

    assert team_figures(SYSTEM, since=since, now=now).share.unconfirmed == 1
    assert shares_of([(1, first.pk), (1, second.pk)])[1].unconfirmed == 1


def test_only_it_left_unanswered_changes_no_first_answer(first: Case, second: Case) -> None:
    Case.objects.filter(pk=first.pk).update(first_answered_at=first.created_at + timedelta(minutes=10))
    Case.objects.filter(pk=second.pk).update(first_answered_at=second.created_at + timedelta(hours=50))
    merge(first, second)
    since, now = first.created_at - timedelta(hours=1), first.created_at + timedelta(hours=99)

    assert team_figures(SYSTEM, since=since, now=now).first_answer == timedelta(minutes=10)


def test_lists_the_page_and_the_api_say_where_it_went(first: Case, second: Case) -> None:
    merge(first, second)
    client = desk(first.owner)

    assert f"/desk/cases/{second.pk}/" not in client.get("/desk/?view=unconfirmed").text
    assert f"Объединено с обращением {first.pk}" in client.get("/desk/?view=all").text
    assert f"Объединено с обращением {first.pk}" in client.get(f"/desk/cases/{second.pk}/").text
    assert Program(first.owner).get(f"/cases/{second.pk}").json()["merged_into"] == first.pk
    assert Program(first.owner).get(f"/cases/{first.pk}").json()["merged_into"] is None


@pytest.mark.parametrize("which", [0, 1])
def test_a_letter_that_did_not_arrive_is_not_forgotten_in_the_merge(first: Case, second: Case, which: int) -> None:
    Case.objects.filter(pk=(first, second)[which].pk).update(is_undelivered=True)

    merge(first, second)

    assert (fresh(first).is_undelivered, fresh(second).is_undelivered) == (True, False)


def test_a_case_whose_letters_arrived_is_not_marked_by_the_merge(first: Case, second: Case) -> None:
    merge(first, second)

    assert not fresh(first).is_undelivered


# ── Merged customers ──────────────────────────────────────────────────────────────────────
def test_the_links_and_numbers_of_a_merged_customer_lead_on(first: Case) -> None:
    other = make_customer("Иван К.", "ivan.k@mail.example")
    case = make_case(owner=first.owner, customer=other, address="ivan.k@mail.example")
    link, word = case_link(case), sign_in_word(other, "ivan.k@mail.example")
    lead = make_agent("Ольга Петрова", "olga@gorizont.example", "lead")

    merge_customers(into=first.customer, other=other, actor=acting(lead))
    run_jobs()

    assert case_by_link(link)[0] == case
    assert Client().get(f"/case/{link}/").status_code == 200
    visitor = Client()
    visitor.cookies["otk_my"] = word
    assert 'name="email"' in visitor.get("/my/").text  # what staff joins is opened by a new code only
    program = Program(lead)
    assert program.get(f"/customers/{other.pk}").json()["id"] == first.customer_id
    listed = program.get(f"/cases?customer={other.pk}").json()["items"]
    assert {row["number"] for row in listed} == {first.pk, case.pk}


def test_who_was_merged_into_somebody_merged_later_leads_to_the_last(first: Case) -> None:
    oldest, older = make_customer("И. К.", "i.k@mail.example"), make_customer("Иван К.", "ivan.k@mail.example")
    lead = acting(make_agent("Ольга Петрова", "olga@gorizont.example", "lead"))

    merge_customers(into=older, other=oldest, actor=lead)
    merge_customers(into=first.customer, other=older, actor=lead)

    found = Program(first.owner).get(f"/customers/{oldest.pk}").json()
    assert found["id"] == first.customer_id


def test_the_link_of_somebody_elses_case_leads_nowhere(first: Case) -> None:
    stranger = make_customer("Чужой", "stranger@else.example")

    with pytest.raises(Refusal) as refused:
        case_by_link(case_link(Case(pk=first.pk, customer_id=stranger.pk)))

    assert refused.value.code == "link_invalid"
