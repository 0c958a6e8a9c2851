import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from otklik.cases.models import Case
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.policies import set_policy
from otklik.reach.models import Attachment
from tests.building import IVAN, make_agent, make_case, make_inbox, outbox, run_jobs
from tests.portal.typing_in import link_in, once, picture, send_form, typed

pytestmark = pytest.mark.django_db
RU = {"accept-language": "ru"}


def test_the_form_is_shown_in_both_languages(client: Client) -> None:
    make_agent()

    assert '<html lang="ru"' in client.get("/contact/", headers=RU).text
    assert "What happened?" in client.get("/contact/", headers={"accept-language": "en"}).text


def test_what_was_typed_becomes_a_case_with_an_owner(client: Client) -> None:
    anna = make_agent()
    make_inbox()

    answer = send_form(client, kind="complaint", attachments=[picture(), picture("второй.png")])

    case = Case.objects.get()
    assert answer.status_code == 302
    assert (case.owner, case.kind, case.subject, case.channel) == (anna, "complaint", "Не пришёл учебник", "form")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["второй.png", "статус.png"]
    page = client.get(answer["Location"])
    assert anna.name in page.text
    assert case.first_answer_by.isoformat(timespec="seconds") in page.text
    assert str(case.number) in page.text
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_customer_gets_a_letter_with_the_link_to_the_case(client: Client) -> None:
    make_agent()
    make_inbox()

    send_form(client)
    run_jobs()

    letter = message_from_bytes(outbox()[-1], policy=default)
    plain = letter.get_body(("plain",))
    assert IVAN in letter["To"]
    assert plain is not None
    assert plain.get_content().count("/case/") == 1


def test_a_new_customer_speaks_the_language_of_the_page(client: Client) -> None:
    make_agent()

    client.post("/contact/", typed(), headers={"accept-language": "en"})

    assert Customer.objects.get().language == "en"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "", "Without an address"),
        ("email", "ivan.mail.example", "The sign @ is missing"),
        ("email", "ivan@mail", "The ending after @mail is missing"),
        ("email", "i van@mail.example", "does not look like"),
        ("text", "   ", "Write what happened"),
        ("kind", "bribe", "bribe"),
        ("text", "я" * 20_001, "too long"),
    ],
)
def test_wrong_input_says_what_is_wrong_and_keeps_the_rest(client: Client, field: str, value: str, says: str) -> None:
    make_agent()

    answer = client.post("/contact/", typed(**{field: value}), headers={"accept-language": "en"})

    assert answer.status_code == 422
    assert says in answer.text
    assert "Не пришёл учебник" in answer.text
    assert not Case.objects.exists()
    focused = re.search(r"<(?:input|textarea|select)[^>]*\bautofocus\b[^>]*>", answer.text)
    assert focused is not None
    assert f'name="{field}"' in focused.group()
    assert 'aria-invalid="true"' in focused.group()


def test_files_stay_while_the_rest_is_corrected(client: Client) -> None:
    make_agent()
    first = send_form(client, text="", attachments=[picture()])
    kept = re.findall(r'name="kept" value="([^"]+)" checked', first.text)

    answer = send_form(client, kept=kept)

    assert len(kept) == 1
    assert answer.status_code == 302
    assert Attachment.objects.get().name == "статус.png"


def test_a_kept_file_cannot_be_made_up(client: Client) -> None:
    make_agent()
    first = send_form(client, text="", attachments=[picture()])
    token = re.findall(r'name="kept" value="([^"]+)"', first.text)[0]

    send_form(client, kept=[token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense"])

    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("счёт.exe", b"anything", "is a program"),
        ("photo.jpg", b"MZ\x90\x00", "is a program"),
        ("run.txt", b"#!/bin/sh\nrm", "is a program"),
        ("empty.pdf", b"", "is empty"),
    ],
)
def test_what_may_do_harm_is_refused_in_words(client: Client, name: str, content: bytes, says: str) -> None:
    make_agent()
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")

    answer = client.post("/contact/", typed(attachments=[file, picture()]), headers={"accept-language": "en"})

    assert answer.status_code == 422
    assert f"{name}" in answer.text
    assert says in answer.text
    assert "статус.png" in answer.text
    assert not Case.objects.exists()


def test_too_large_and_too_many_files_are_refused(client: Client) -> None:
    make_agent()
    set_policy("portal.upload_limit_bytes", 10)
    large = client.post("/contact/", typed(attachments=[picture()]), headers={"accept-language": "en"})
    set_policy("portal.upload_limit_bytes", 1000)
    set_policy("portal.upload_most_files", 1)
    many = client.post("/contact/", typed(attachments=[picture(), picture("b.png")]), headers={"accept-language": "en"})

    assert "is too large" in large.text
    assert "does not fit any more" in many.text
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_case(client: Client) -> None:
    make_agent()

    first, second = send_form(client), send_form(client)

    assert first["Location"].split("/")[3].split(":")[0] == second["Location"].split("/")[3].split(":")[0]
    assert Case.objects.count() == 1


def test_the_same_page_with_another_matter_is_another_case(client: Client) -> None:
    make_agent()

    send_form(client)
    send_form(client, text="И ещё: не пришёл счёт.")

    assert Case.objects.count() == 2


def test_a_machine_that_fills_the_trap_or_hurries_is_asked_again(client: Client) -> None:
    make_agent()
    page = client.get("/contact/").text
    fresh_once = re.search(r'name="once" value="([^"]+)"', page)
    assert fresh_once is not None

    trapped = client.post("/contact/", typed(site="http://spam.example"), headers={"accept-language": "en"})
    hurried = client.post("/contact/", typed(once=fresh_once[1]), headers={"accept-language": "en"})

    assert "trap for machines" in trapped.text
    assert "very quick" in hurried.text
    assert not Case.objects.exists()


def test_a_page_that_was_open_for_long_keeps_the_text_and_works_again(client: Client) -> None:
    make_agent()
    stale = client.post("/contact/", typed(once="forged"), headers={"accept-language": "en"})
    renewed = re.search(r'name="once" value="([^"]+)"', stale.text)
    assert renewed is not None
    assert "open for long" in stale.text
    set_policy("portal.form_seconds", 0)

    assert send_form(client, once=renewed[1]).status_code == 302


def test_many_forms_from_one_address_are_stopped_kindly(client: Client) -> None:
    make_agent()
    set_policy("portal.form_per_address_per_hour", 2)

    answers = [send_form(client, once=once(str(number))) for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[-1]["Retry-After"]) > 3000
    assert "Учебник так и не пришёл" in answers[-1].text
    assert Case.objects.count() == 2


def test_many_forms_from_one_network_are_stopped_whatever_address_they_name(client: Client) -> None:
    make_agent()
    set_policy("portal.form_per_hour", 2)

    answers = [send_form(client, once=once(str(n)), email=f"a{n}@mail.example") for n in range(3)]

    assert answers[-1].status_code == 429


def test_the_form_needs_its_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/contact/", typed()).status_code == 403
    assert not Case.objects.exists()


def test_typing_somebodys_address_shows_nothing_of_theirs(client: Client) -> None:
    earlier = make_case(text="Мой код домофона 4821")

    answer = send_form(client, name="Злоумышленник")
    pages = client.get(answer["Location"]).text + client.get(link_in(client.get(answer["Location"]).text)).text

    assert "4821" not in pages
    assert earlier.subject not in pages or Case.objects.count() == 2
    assert Customer.objects.get().name == "Иван Козлов"
    assert ContactPoint.objects.get().verified_at is None


def test_hostile_words_stay_words(client: Client) -> None:
    make_agent()
    evil = '"><script>alert(1)</script>'

    answer = send_form(client, name=evil, subject=evil, text=evil, email="x@y", kind=evil, site=evil, once=evil)
    sent = send_form(client, name=evil, subject=evil, text=evil)
    case_page = client.get(link_in(client.get(sent["Location"]).text))

    assert "<script>alert" not in answer.text
    assert "<script>alert" not in case_page.text
    assert "&lt;script&gt;alert" in case_page.text
    assert 'src="http' not in case_page.text


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_one_moment_are_one_case() -> None:
    make_agent()

    def press(_number: int) -> str:
        try:
            return str(send_form(Client())["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(press, range(4)))

    assert Case.objects.count() == 1
    assert {place.split("/")[3].split(":")[0] for place in places} == {next(iter(places)).split("/")[3].split(":")[0]}


def test_the_sent_page_names_the_address_and_the_form_its_limits(client: Client) -> None:
    make_agent()
    set_policy("portal.upload_most_files", value=7)

    answer = send_form(client, email="ira.petrova@mail.example")

    assert "<b>ira.petrova@mail.example</b>" in client.get(answer["Location"], headers=RU).text
    form = client.get("/contact/", headers=RU).text
    assert re.search(r"до 7 файлов, каждый до [\d,]+\sМБ, вместе до [\d,]+\sМБ", form)
    assert "до 7 файлов" in client.get("/widget/contact?language=ru").text


def test_hours_and_address_are_said_in_the_readers_language(client: Client) -> None:
    make_agent()
    set_policy("company.phone", value="88005550142")
    set_policy("company.hours", value="ежедневно с 8 до 22")
    english = {"accept-language": "en"}

    assert "ежедневно с 8 до 22" in client.get("/contact/", headers=english).text
    set_policy("company.hours_en", value="daily from 8 to 22")
    assert "daily from 8 to 22" in client.get("/contact/", headers=english).text
    assert "ежедневно с 8 до 22" in client.get("/contact/", headers=RU).text
