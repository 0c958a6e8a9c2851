import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.models import Alert, Case, CustomersWord
from otklik.customers.actions import erase_customer
from otklik.foundation.actors import SYSTEM
from otklik.voice.actions import say_it_is_solved
from otklik.voice.models import Answer, Invitation
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_lead, run_jobs

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def solved_case() -> tuple[Case, str]:
    """A case that its owner believes to be solved, and the address of the question."""
    case = make_case(owner=make_agent())
    mark_solved(case=case, actor=acting(case.owner), summary="Учебник доставлен.")
    run_jobs()
    return fresh(case), f"/answer/{Invitation.objects.latest('id').token}"


def test_opening_the_page_changes_nothing_however_often(client: Client) -> None:
    case, url = solved_case()

    pages = [client.get(url), client.head(url), client.get(url, headers={"purpose": "prefetch"}), client.options(url)]

    assert [page.status_code for page in pages] == [200, 200, 200, 405]
    assert fresh(case).state == Case.State.SOLVED
    assert not Answer.objects.exists()
    assert " checked" not in pages[0].text
    assert case.owner.name in pages[0].text


def test_yes_closes_the_case_on_the_customers_word(client: Client) -> None:
    case, url = solved_case()

    answer = client.post(url, {"solved": "yes", "satisfaction": "5", "ease": "6", "words": "Спасибо!"}, headers=EN)

    assert answer.status_code == 302
    done = fresh(case)
    assert done.state == Case.State.SATISFIED
    assert done.word is not None
    assert (done.word.satisfaction, done.word.ease, done.word.words) == (5, 6, "Спасибо!")
    assert "closed on your word" in client.get(answer["Location"], headers=EN).text


def test_had_to_explain_twice_is_kept_with_the_word_and_shown_in_the_case(client: Client) -> None:
    case, url = solved_case()

    client.post(url, {"solved": "yes", "ease": "2", "explained_twice": "on"})

    word, answer = CustomersWord.objects.get(), Answer.objects.get()
    assert (word.explained_twice, answer.explained_twice) == (True, True)
    assert "checked" in re.search(r'<input[^>]*name="explained_twice"[^>]*>', client.get(url).text)[0]  # type: ignore[index]
    client.force_login(case.owner)
    page = client.get(f"/desk/cases/{case.pk}/", headers=EN).text
    assert "легко, 2 из 7" in page
    assert "пришлось объяснять дважды" in page


def test_who_was_asked_and_did_not_tick_it_said_no_and_who_was_not_asked_said_nothing(client: Client) -> None:
    case, url = solved_case()

    client.post(url, {"solved": "yes"})
    client.post(url, {"solved": "yes", "explained_twice": "on"})
    say_it_is_solved(case=fresh(case), actor=customer_actor(case))

    said = CustomersWord.objects.order_by("id").values_list("explained_twice", flat=True)
    assert list(said) == [False, True, None]


def test_no_brings_the_case_back_to_the_same_owner_and_tells_the_lead(client: Client) -> None:
    olga = make_lead()
    case, url = solved_case()

    answer = client.post(url, {"solved": "no", "words": "Не пришёл"})

    assert (fresh(case).state, fresh(case).owner) == (Case.State.OPEN, case.owner)
    assert Alert.objects.filter(agent=olga, case=case).exists()
    thanks = client.get(answer["Location"], headers=EN).text
    assert f"back with {case.owner.first_name}" in thanks
    assert "at the latest" in thanks


def test_words_that_contradict_the_yes_win(client: Client) -> None:
    case, url = solved_case()

    answer = client.post(url, {"solved": "yes", "satisfaction": "5", "words": "Всё ещё не работает"})

    assert fresh(case).state == Case.State.OPEN
    assert "back with" in client.get(answer["Location"], headers=EN).text


def test_the_button_pressed_twice_is_one_answer(client: Client) -> None:
    _case, url = solved_case()
    make_lead()

    for _press in range(2):
        client.post(url, {"solved": "no", "words": "Нет"})

    assert Answer.objects.count() == 1
    assert CustomersWord.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"solved": "maybe"},
        {"solved": "yes", "satisfaction": "6"},
        {"solved": "yes", "satisfaction": "0"},
        {"solved": "yes", "ease": "8"},
        {"solved": "yes", "ease": "x"},
        {"solved": "yes", "words": "я" * 20_001},
    ],
)
def test_a_wrong_answer_is_asked_again_and_keeps_what_was_chosen(client: Client, wrong: dict[str, str]) -> None:
    case, url = solved_case()

    answer = client.post(url, {"words": "Хорошо"} | wrong)

    assert answer.status_code == 422
    assert fresh(case).state == Case.State.SOLVED
    assert "words" in wrong or "Хорошо" in answer.text
    assert 'class="error"' in answer.text


def test_a_later_low_rating_opens_the_case_again(client: Client) -> None:
    case, url = solved_case()
    client.post(url, {"solved": "yes", "satisfaction": "5"})

    again = client.get(url)
    client.post(url, {"solved": "yes", "satisfaction": "1"})

    assert re.search(r'value="yes" checked', again.text)
    assert re.search(r'name="satisfaction" value="5" checked', again.text)
    assert fresh(case).state == Case.State.OPEN


def test_a_changed_rating_is_the_one_that_counts(client: Client) -> None:
    case, url = solved_case()
    client.post(url, {"solved": "yes"})

    client.post(url, {"solved": "yes", "satisfaction": "4"})

    assert fresh(case).word.satisfaction == 4


def test_the_link_of_an_older_letter_speaks_about_the_case_as_it_is_now(client: Client) -> None:
    case, first = solved_case()
    client.post(first, {"solved": "no"})
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Теперь точно.")
    run_jobs()

    client.post(first, {"solved": "no"})

    assert fresh(case).state == Case.State.OPEN
    assert fresh(case).came_back == 2


def test_an_unknown_or_expired_link_leads_to_a_person(client: Client) -> None:
    _case, url = solved_case()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    unknown, expired = client.get("/answer/nothing", headers=EN), client.post(url, {"solved": "yes"}, headers=EN)

    assert (unknown.status_code, expired.status_code) == (404, 410)
    for page in (unknown, expired):
        assert 'href="/contact/"' in page.text
        assert "A person will help" in page.text
    assert not Answer.objects.exists()


def test_an_erased_customer_is_not_asked_any_more(client: Client) -> None:
    case, url = solved_case()

    erase_customer(customer=case.customer, actor=SYSTEM)

    assert client.get(url).status_code == 404


def test_hostile_words_in_the_answer_stay_words(client: Client) -> None:
    _case, url = solved_case()
    evil = "</textarea><script>alert(1)</script>"

    wrong = client.post(url, {"solved": "yes", "words": evil, "satisfaction": evil, "ease": evil})
    client.post(url, {"solved": "yes", "words": evil})

    assert "<script>alert" not in wrong.text
    assert "<script>alert" not in client.get(url).text
