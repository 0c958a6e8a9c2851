"""Ideas on the portal: sent, private, on the open board, voted for by whoever proved who they are, and their fate."""

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.portal.queries import sign_in_word
from otklik.suggestions import actions
from otklik.suggestions.models import Suggestion, Voice, Word
from tests.building import IVAN, make_case, run_jobs
from tests.portal.typing_in import once
from tests.suggestions.making import WORDS, done, make_suggestion, olga, open_board, pyotr, shown, told

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def ivan(client: Client) -> Customer:
    """Signed in, with a case."""
    case = make_case()
    client.cookies["otk_my"] = sign_in_word(case.customer, IVAN)
    return case.customer


def idea(**typed: str) -> dict[str, str]:
    return {"once": once(), "text": WORDS, "email": IVAN, "name": "Иван"} | typed


def test_an_idea_is_a_case_with_an_owner_and_a_suggestion_and_sent_twice_it_is_one(client: Client) -> None:
    make_case()
    for _time in range(2):
        answer = client.post("/ideas/", idea(), headers=EN)
    run_jobs()

    assert answer["Location"].startswith("/contact/sent/")
    case = Case.objects.get(kind="suggestion")
    [row] = Suggestion.objects.all()
    assert (Word.objects.get().case, Word.objects.get().source, row.may_be_shown) == (case, "portal", False)
    assert Case.objects.count() == 2


def test_nobody_else_sees_it_not_even_among_like_ones(client: Client) -> None:
    make_suggestion()
    open_board()

    assert WORDS[:30] not in client.get("/ideas/", headers=EN).text
    assert client.get("/ideas/like", {"q": "записи после курса"}).text.strip() == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Write what you would do better"),
        ({"text": "я" * 5001}, "That is long"),
        ({"email": ""}, "Without an address we could not answer"),
        ({"site": "spam"}, "trap for machines"),
    ],
    ids=["empty", "long", "nobody", "machine"],
)
def test_what_is_missing_is_said_and_nothing_is_kept(client: Client, typed: dict[str, str], said: str) -> None:
    answer = client.post("/ideas/", idea(**typed), headers=EN)

    assert answer.status_code == 422
    assert said in answer.text
    assert not Suggestion.objects.exists()


def test_a_flood_from_one_network_is_stopped(client: Client) -> None:
    make_case()
    codes = [client.post("/ideas/", idea(once=once(f"n{number}")), headers=EN).status_code for number in range(8)]

    assert codes[-1] == 429
    assert Suggestion.objects.count() == codes.count(302)


def test_a_vote_needs_a_proven_address_and_counts_once(client: Client) -> None:
    row = shown(make_suggestion(pyotr()))
    open_board()
    assert client.post(f"/ideas/{row.pk}/voice")["Location"] == "/my/"
    assert Voice.objects.count() == 1
    case = make_case()
    client.cookies["otk_my"] = sign_in_word(case.customer, IVAN)

    for _time in range(2):
        client.post(f"/ideas/{row.pk}/voice", {"wanted": "yes"})
    assert Voice.objects.filter(customer=case.customer).count() == 1
    assert "You, too" in client.get("/ideas/", headers=EN).text
    client.post(f"/ideas/{row.pk}/voice", {"wanted": "no"})

    assert Voice.objects.count() == 1


def test_the_closed_board_shows_nothing_and_takes_no_votes(client: Client, ivan: Customer) -> None:
    row = shown(make_suggestion(pyotr()))

    assert row.shown_title not in client.get("/ideas/").text
    assert client.post(f"/ideas/{row.pk}/voice").status_code == 404
    open_board()
    page = client.get("/ideas/").text

    assert row.shown_title in page
    assert "Пётр" not in page
    assert WORDS not in page


def test_like_ones_on_the_board_are_shown_while_one_types(client: Client) -> None:
    row = shown(make_suggestion(pyotr()))
    open_board()

    assert f"/ideas/{row.pk}/voice" in client.get("/ideas/like", {"q": "записи на полгода"}).text


def test_my_suggestions_stand_with_their_fate(client: Client, ivan: Customer) -> None:
    mine = make_suggestion(ivan, words="Открыть воскресенье")
    actions.answer(suggestion=mine, words="Зато открыли субботу", actor=olga())
    actions.move(suggestion=mine, to="declined", reason="Нужен выходной", actor=olga())
    joined = make_suggestion(ivan, words="Не закрывайте записи")
    actions.merge(suggestion=joined, into=done(make_suggestion(pyotr(), title="Записи")), actor=olga())

    for address in ("/ideas/", "/my/"):
        page = client.get(address, headers=EN).text
        for part in (
            "Открыть воскресенье",
            "We will not do it",
            "Зато открыли субботу",
            "Не закрывайте записи",
            "Done",
        ):
            assert part in page
        assert "Пётр" not in page


def test_whoever_asked_says_there_whether_it_helps(client: Client, ivan: Customer) -> None:
    row = shown(done(make_suggestion(ivan)))
    open_board()
    told(row, people=1)
    run_jobs()
    assert "Does it help you?" in client.get("/ideas/", headers=EN).text

    client.post(f"/ideas/{row.pk}/helped", {"helped": "no"})

    assert Voice.objects.get(customer=ivan).helped is False
    assert "You said: not yet." in client.get("/ideas/", headers=EN).text
    client.cookies.clear()
    client.post(f"/ideas/{row.pk}/helped", {"helped": "yes"})
    assert Voice.objects.get(customer=ivan).helped is False


def test_whoever_is_signed_in_types_no_address_and_gives_no_other(client: Client, ivan: Customer) -> None:
    client.post("/ideas/", idea(email="other@mail.example"), headers=EN)

    assert Voice.objects.get().customer == ivan
    assert not Customer.objects.filter(contact_points__value="other@mail.example").exists()


def test_a_stranger_to_a_suggestion_says_nothing_of_it(client: Client, ivan: Customer) -> None:
    row = shown(done(make_suggestion(pyotr())))

    client.post(f"/ideas/{row.pk}/helped", {"helped": "yes"})

    assert Voice.objects.get().helped is None
