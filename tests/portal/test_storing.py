"""What strangers may store with us: nothing before it was looked at and counted, and only so much in an hour."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.cases.models import Case
from otklik.foundation.models import StoredFile, Tally
from otklik.foundation.policies import set_policy
from otklik.foundation.signing import seal
from otklik.reach.models import Attachment
from tests.building import make_agent, make_case
from tests.portal.test_case import page_of
from tests.portal.typing_in import once, picture, send_form, typed

pytestmark = pytest.mark.django_db


def file_of(kilobytes: int, mark: str = "a") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{mark}.txt", mark.encode() * kilobytes * 1000, content_type="text/plain")


def test_a_form_past_the_rate_stores_nothing(client: Client) -> None:
    make_agent()
    set_policy("portal.form_per_hour", 1)
    send_form(client)

    answer = send_form(client, once=once("two"), attachments=[picture()])

    assert answer.status_code == 429
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("about", [{"site": "http://spam.example"}, {"once": "made up"}, {"once": ""}])
def test_a_machine_stores_nothing(client: Client, about: dict[str, str]) -> None:
    answer = send_form(client, attachments=[picture()], **about)

    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_a_file_that_is_refused_is_not_stored(client: Client) -> None:
    set_policy("portal.upload_limit_bytes", 10)

    send_form(client, attachments=[picture()])

    assert not StoredFile.objects.exists()


def test_what_waits_for_a_corrected_form_is_bounded_by_the_hour(client: Client) -> None:
    set_policy("portal.upload_bytes_per_hour", 100_000)

    first = send_form(client, text="", attachments=[file_of(60, "a")])
    second = send_form(client, text="", attachments=[file_of(60, "b")])

    assert 'name="kept"' in first.text
    assert 'name="kept"' not in second.text
    assert StoredFile.objects.count() == 1


def test_another_network_is_counted_apart(client: Client) -> None:
    set_policy("portal.upload_bytes_per_hour", 100_000)
    send_form(client, text="", attachments=[file_of(90, "a")])

    other = client.post("/contact/", typed(text="", attachments=[file_of(90, "b")]), REMOTE_ADDR="198.51.100.7")

    assert 'name="kept"' in other.text


def test_what_is_sent_counts_too_and_is_refused_before_it_is_stored(client: Client) -> None:
    make_agent()
    set_policy("portal.upload_bytes_per_hour", 100_000)

    sent = send_form(client, attachments=[file_of(60, "a")])
    refused = send_form(client, once=once("two"), attachments=[file_of(60, "b")])

    assert (sent.status_code, refused.status_code) == (302, 429)
    assert (Case.objects.count(), Attachment.objects.count(), StoredFile.objects.count()) == (1, 1, 1)


def test_a_word_on_a_page_of_a_case_is_bounded_alike(client: Client) -> None:
    case = make_case()
    set_policy("portal.upload_bytes_per_hour", 100_000)

    answers = [
        client.post(page_of(case), {"once": once(mark), "text": "Вот.", "attachments": [file_of(60, mark)]})
        for mark in ("a", "b")
    ]

    assert [answer.status_code for answer in answers] == [302, 429]
    assert StoredFile.objects.count() == 1


def test_a_file_kept_already_is_not_counted_again(client: Client) -> None:
    make_agent()
    set_policy("portal.upload_bytes_per_hour", 100_000)
    first = send_form(client, text="", attachments=[file_of(90)])
    token = first.text.split('name="kept" value="')[1].split('"')[0]

    again = send_form(client, kept=[token])

    assert again.status_code == 302
    assert Attachment.objects.get().name == "a.txt"


def test_a_token_of_an_earlier_version_brings_nothing_and_breaks_nothing(client: Client) -> None:
    make_agent()

    answer = send_form(client, kept=[seal("upload", [1, "a.txt", 5, "text/plain"])])

    assert answer.status_code == 302
    assert not Attachment.objects.exists()


def test_nobody_uses_up_the_forms_of_somebody_elses_address(client: Client) -> None:
    make_agent()
    set_policy("portal.form_per_address_per_hour", 1)
    for number in range(3):
        client.post("/contact/", typed(once=once(str(number))), REMOTE_ADDR="203.0.113.5")

    answer = send_form(client, once=once("mine"))

    assert answer.status_code == 302


def test_only_hashes_are_counted(client: Client) -> None:
    make_agent()
    send_form(client, attachments=[file_of(5)])

    assert all(len(row.who) == 64 and "." not in row.who for row in Tally.objects.all())
    assert Tally.objects.filter(count=5).count() == 1
