from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import mark_solved, merge_cases, note, reply, save_custom_field
from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.customers.actions import edit_customer, erase_customer
from otklik.foundation.actors import SYSTEM
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Message
from otklik.reach.queries import Recipients, offered_messengers
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_customer, run_jobs
from tests.portal.typing_in import link_in, once, picture, send_form

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def page_of(case: Case) -> str:
    return f"/case/{case_link(case)}/"


def test_the_customer_sees_their_words_the_answer_and_who_comes_next(client: Client) -> None:
    case = make_case()
    reply(case=case, actor=acting(case.owner), text="Иван, учебник **уже едет**.")
    run_jobs()

    page = client.get(page_of(case), headers=EN)

    assert page.status_code == 200
    for shown in ("Учебник так и не пришёл", "<b>уже едет</b>", case.owner.name, f"No. {case.number}"):
        assert shown in page.text
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"].startswith("noindex")


def test_the_customer_sees_the_facts_that_are_meant_for_them(client: Client) -> None:
    shown = {"name": "Посылка придёт", "kind": "date", "is_shown_to_customer": True}
    save_custom_field(about="case", key="parcel", actor=SYSTEM, values=shown)
    save_custom_field(about="case", key="margin", actor=SYSTEM, values={"name": "Наценка"})
    case = make_case()
    Case.objects.update(custom={"parcel": "2026-11-20", "margin": "14 %"})

    page = client.get(page_of(case), headers=EN).text

    assert "<dt>Посылка придёт</dt><dd>Nov. 20, 2026</dd>" in page
    assert "Наценка" not in page
    assert "14 %" not in page


def test_what_stays_in_the_house_is_not_shown(client: Client) -> None:
    case = make_case()
    boss = Recipients(to=(Address(email="boss@other.example"),))
    note(case=case, actor=acting(case.owner), text="Внутренняя заметка")
    reply(
        case=case, actor=acting(case.owner), text="Письмо начальнику", recipients=boss,
        confirmed=frozenset({"boss@other.example"}),
    )  # fmt: skip
    reply(case=case, actor=acting(case.owner), text="Ещё можно отменить", is_undoable=True)
    ours = Message.objects.filter(purpose="acknowledgement").get()
    arrive(letter("Слова чужого", From="x@stranger.example", Message_ID="<s@x>", References=f"<{ours.external_id}>"))

    page = client.get(page_of(case)).text

    for hidden in ("Внутренняя заметка", "Письмо начальнику", "Ещё можно отменить", "Слова чужого", "boss@"):
        assert hidden not in page


def test_a_word_on_the_page_reaches_the_owner_once(client: Client) -> None:
    case = make_case()
    words = {"once": once(), "text": "Вот фото.", "attachments": [picture()]}

    first = client.post(page_of(case), words)
    client.post(page_of(case), words | {"attachments": [picture()]})
    run_jobs()

    assert first.status_code == 302
    assert Message.objects.filter(text="Вот фото.").count() == 1
    assert fresh(case).preview == "Вот фото."
    shown = client.get(first["Location"].partition("#")[0], headers=EN).text
    assert "has arrived" in shown
    assert "/files/" in shown


def test_a_word_on_the_page_opens_a_finished_case_again(client: Client) -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово.")

    client.post(page_of(case), {"once": once(), "text": "Нет, так и не пришёл."})
    run_jobs()

    assert (fresh(case).state, fresh(case).owner) == (Case.State.OPEN, case.owner)


def test_an_empty_word_is_refused_and_keeps_the_file(client: Client) -> None:
    case = make_case()

    answer = client.post(page_of(case), {"once": once(), "text": " ", "attachments": [picture()]}, headers=EN)

    assert answer.status_code == 422
    assert "Write a few words" in answer.text
    assert 'name="kept"' in answer.text
    assert "autofocus" in answer.text


def test_solved_is_said_by_pressing_and_by_nothing_else(client: Client) -> None:
    case = make_case()

    assert client.get(f"{page_of(case)}solved/").status_code == 405
    assert fresh(case).state == Case.State.OPEN
    answer = client.post(f"{page_of(case)}solved/")

    assert fresh(case).state == Case.State.SATISFIED
    assert "closed on your word" in client.get(answer["Location"], headers=EN).text


def test_who_said_solved_too_early_is_asked_when_we_believe_so(client: Client) -> None:
    case = make_case()
    answer = client.post(f"{page_of(case)}solved/")
    client.post(answer["Location"].removesuffix("/thanks"), {"solved": "no"})

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово.")
    run_jobs()

    assert Message.objects.filter(purpose="question").count() == 1


@pytest.mark.parametrize(
    "spoil", [lambda one: one[:-2] + "AA", lambda one: "x" + one, lambda one: "", lambda one: "a:b:c"]
)
def test_a_spoilt_link_opens_nothing(client: Client, spoil: object) -> None:
    case = make_case()

    page = client.get(f"/case/{spoil(case_link(case)) or 'x'}/", headers=EN)  # type: ignore[operator]

    assert page.status_code == 404
    assert case.subject not in page.text


def test_a_link_ends_with_its_time_and_with_its_person(client: Client) -> None:
    case = make_case()
    url = page_of(case)

    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert client.get(url).status_code == 410
    assert client.get(url).status_code == 200
    erase_customer(customer=case.customer, actor=SYSTEM)
    assert client.get(url).status_code == 404


def test_the_token_of_a_question_opens_no_case_and_a_case_link_no_question(client: Client) -> None:
    case = make_case()

    assert client.get(f"/answer/{case_link(case)}").status_code == 404


def test_the_forms_author_sees_no_answer_until_they_read_the_mail(client: Client) -> None:
    make_agent()
    make_case(text="Секрет жертвы")
    sent = send_form(client, text="Слова автора", subject="Другое")
    run_jobs()
    case = Case.objects.latest("id")
    reply(case=case, actor=acting(case.owner), text="Ваш пин-код 7788")
    run_jobs()
    url = link_in(client.get(sent["Location"]).text)

    page = client.get(url, headers=EN)

    assert "Слова автора" in page.text
    assert "7788" not in page.text
    assert "has answered by letter" in page.text
    assert client.post(f"{url}solved/").status_code == 302
    assert fresh(case).state == Case.State.OPEN
    assert "7788" in client.get(page_of(case)).text


def test_the_forms_author_sees_nothing_of_the_case_it_is_merged_into(client: Client) -> None:
    anna = make_agent()
    victim = make_case(owner=anna, text="Секрет жертвы")
    sent = send_form(client, text="Слова автора", subject="Другое")
    run_jobs()
    merge_cases(into=victim, other=Case.objects.latest("id"), actor=SYSTEM)
    client.post(page_of(victim), {"once": once("two"), "text": "Ещё секрет"})

    page = client.get(link_in(client.get(sent["Location"]).text))

    assert "Слова автора" in page.text
    assert "секрет" not in page.text.lower()


def test_the_next_date_is_said_in_the_customers_own_time(client: Client) -> None:
    case = make_case()
    edit_customer(customer=case.customer, actor=SYSTEM, changes={"time_zone": "Asia/Vladivostok"})
    in_a_day = timezone.now() + timedelta(days=3)
    Case.objects.filter(pk=case.pk).update(first_answer_by=in_a_day.replace(hour=1, minute=30))

    page = client.get(page_of(case), headers=EN).text

    assert "11:30" in page
    assert "your time" in page


def test_a_page_with_many_letters_needs_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    case = make_case()
    for number in range(12):
        client.post(page_of(case), {"once": once(str(number)), "text": f"Слово {number}", "attachments": [picture()]})
    run_jobs()
    offered_messengers()  # remembered for some seconds, whoever asked

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(page_of(case))


def test_the_link_leaves_only_in_letters_that_nobody_else_gets() -> None:
    case = make_case()
    alone = reply(case=case, actor=acting(case.owner), text="Только вам")
    both = Recipients(to=(Address(email=alone.deliveries.get().address),), cc=(Address(email="boss@other.example"),))

    shared = reply(
        case=case, actor=acting(case.owner), text="И начальнику", recipients=both,
        confirmed=frozenset({"boss@other.example"}),
    )  # fmt: skip

    assert "/case/" in alone.sheet["link"]["url"]
    assert "link" not in shared.sheet


def test_hostile_letters_stay_words(client: Client) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(1)</script> javascript:alert(1) http://a.example/?q=<b>"
    case = make_case(subject=evil, text=evil, customer=make_customer(name=evil))
    reply(case=case, actor=acting(case.owner), text=f"[x](javascript:alert(1)) {evil}")
    run_jobs()

    page = client.get(page_of(case)).text

    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page.replace("&gt;", "")
    assert 'href="javascript' not in page


def test_what_was_done_and_what_was_late_is_said_in_words(client: Client) -> None:
    case = make_case()
    hour = timedelta(hours=1)
    Case.objects.filter(pk=case.pk).update(first_answer_by=case.created_at - hour, solution_by=case.created_at - hour)
    late = client.get(page_of(case), headers={"accept-language": "en"}).text
    assert "we are late" in late
    reply(case=fresh(case), actor=acting(case.owner), text="Ищем.")
    run_jobs()

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Привезли второй учебник.")

    page = client.get(page_of(case), headers={"accept-language": "en"}).text
    assert "Answered, later than promised" in page
    assert page.index("Ищем.") < page.index("Привезли второй учебник.")
