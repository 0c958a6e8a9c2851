import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from otklik.cases.actions import mark_solved, note, reply, save_draft
from otklik.cases.models import Case
from otklik.customers.actions import add_contact_point
from otklik.customers.models import ContactPoint, Customer, Organization
from otklik.foundation.models import Event, IdempotencyKey, StoredFile
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message, RawMessage
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import (
    IVAN,
    acting,
    arrive,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    run_jobs,
)
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
PHONE = "+79005550142"


def make_admin():  # noqa: ANN201
    return make_agent("Вера Орлова", "vera@gorizont.example", "admin")


def live_through() -> Case:
    """Ivan writes, is answered, notes are written, he answers the survey; a second letter of his is held."""
    anna = make_agent()
    make_inbox()
    arrive(letter("Меня зовут Ксенофонт, паспорт 4509 123456", Message_ID="<ivan-1@mail.example>"))
    case = Case.objects.get()
    add_contact_point(customer=case.customer, kind="phone", value=PHONE, actor=acting(anna))
    files = [IncomingFile(name="договор Ксенофонта.txt", content_type="text/plain", content=b"tayna dogovora")]
    reply(case=case, actor=acting(anna), text="Ксенофонт, отправили", files=files)
    note(case=case, actor=acting(anna), text="Ксенофонт сердится")
    run_jobs()
    case.refresh_from_db()
    mark_solved(case=case, actor=acting(anna), summary="Ксенофонту отправлено")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=False, satisfaction=1, words="Ксенофонт недоволен")
    case.refresh_from_db()
    save_draft(case=case, actor=acting(anna), kind="reply", text="Черновик для Ксенофонта")
    RawMessage.objects.create(
        sha256="f" * 64, body=zlib.compress(f"From: {IVAN}\r\n\r\nXenophont held".encode()), size=40, door="smtp",
        state="held", held_reason="parser_failed", envelope_from=f"bounce+{IVAN.replace('@', '=')}@relay.example",
    )  # fmt: skip
    answer = json.dumps({"number": case.pk, "subject": "Ксенофонт"})
    IdempotencyKey.objects.create(scope="t", key="k", fingerprint="x", status=201, response=answer)
    return case


def everything() -> str:
    """Every row of every table as text; packed letters unpacked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            rows += [row for (row,) in cursor.fetchall()]
    for raw in RawMessage.objects.exclude(body=None):
        rows.append(zlib.decompress(bytes(raw.body)).decode("utf-8", "replace"))
    return "\n".join(rows).lower()


def stored() -> bytes:
    folder = Path(settings.FILES_URL.removeprefix("file://"))
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_erasing_leaves_nothing_personal_in_any_table_or_file(django_capture_on_commit_callbacks) -> None:  # noqa: ANN001
    case = live_through()
    secrets = ["ксенофонт", "xenophont", "козлов", IVAN, PHONE, "4509 123456", "учебник", "ivan-1@mail"]
    before = everything()
    assert all(secret in before for secret in secrets)
    assert b"tayna dogovora" in stored()

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk(make_admin()).post(f"/desk/customers/{case.customer_id}/erase", {"typed": str(case.customer_id)})
        run_jobs()

    after = everything()
    assert answer.status_code == 302
    assert [secret for secret in secrets if secret in after] == []
    assert b"tayna dogovora" not in stored()
    assert not StoredFile.objects.exists()


def test_erasing_keeps_the_figures() -> None:
    case = live_through()

    desk(make_admin()).post(f"/desk/customers/{case.customer_id}/erase", {"typed": str(case.customer_id)})
    run_jobs()

    case.refresh_from_db()
    assert (case.state, case.came_back, case.owner.name) == ("open", 1, "Анна Смирнова")
    assert list(case.customers_words.values_list("satisfaction", "words")) == [(1, "")]
    assert Event.objects.filter(name="customers.erased", customer_id=case.customer_id).count() == 1
    assert desk().get(f"/desk/customers/{case.customer_id}/").status_code == 200


def test_a_shared_file_outlives_the_erasure_of_one_of_two_customers() -> None:
    anna = make_agent()
    files = [IncomingFile(name="a.txt", content_type="text/plain", content=b"common")]
    case = make_case(owner=anna, files=files)
    make_case(owner=anna, customer=make_customer("Пётр", "petr@mail.example"), address="petr@mail.example", files=files)

    desk(make_admin()).post(f"/desk/customers/{case.customer_id}/erase", {"typed": str(case.customer_id)})

    assert default_storage.exists(StoredFile.objects.get().path)


def test_erasing_asks_for_the_number_and_keeps_what_was_typed() -> None:
    row = make_customer()

    page = desk(make_admin()).post(f"/desk/customers/{row.pk}/erase", {"typed": "Иван"})

    assert page.status_code == 422
    assert 'value="Иван"' in page.text
    assert Customer.objects.get(pk=row.pk).erased_at is None


@pytest.mark.parametrize("who", [make_agent, make_lead])
def test_only_an_admin_erases(who) -> None:  # noqa: ANN001
    row = make_customer()

    answer = desk(who()).post(f"/desk/customers/{row.pk}/erase", {"typed": str(row.pk)})

    assert answer.status_code == 403
    assert Customer.objects.get(pk=row.pk).erased_at is None


def test_the_export_holds_data_letters_and_files() -> None:
    case = live_through()

    answer = desk(make_lead()).post(f"/desk/customers/{case.customer_id}/export")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(archive.read("data.json"))
    assert answer["Content-Disposition"] == f'attachment; filename="customer-{case.customer_id}.zip"'
    assert data["customer"]["name"] == "Иван Козлов"
    assert {point["value"] for point in data["contact_points"]} == {IVAN, PHONE}
    assert [message["direction"] for message in data["cases"][0]["messages"]][:2] == ["in", "out"]
    assert data["words"][0]["words"] == "Ксенофонт недоволен"
    names = archive.namelist()
    assert any(name.startswith("letters/") for name in names)
    assert [archive.read(name) for name in names if name.startswith("files/")] == [b"tayna dogovora"]
    assert Event.objects.filter(name="customers.exported", customer_id=case.customer_id).count() == 1


def test_an_agent_does_not_export() -> None:
    assert desk().post(f"/desk/customers/{make_customer().pk}/export").status_code == 403


def test_customers_are_found_by_part_of_name_address_and_phone() -> None:
    row = make_customer()
    add_contact_point(customer=row, kind="phone", value=PHONE, actor=acting(make_lead()))
    make_customer("Пётр Белов", "petr@mail.example")
    client = desk()

    pages = [
        client.get("/desk/customers/", {"q": words}).text for words in ("козл", "van@ma", "8 900 555-01-42", "0142")
    ]

    assert all(f"/desk/customers/{row.pk}/" in page and "Белов" not in page for page in pages)


def test_the_list_asks_the_same_few_questions_for_one_and_for_many(django_assert_max_num_queries) -> None:  # noqa: ANN001
    for number in range(30):
        make_customer(f"Иван {number}", f"ivan{number}@mail.example")
    client = desk()

    with django_assert_max_num_queries(10):
        assert client.get("/desk/customers/").status_code == 200


def test_the_page_shows_cases_outcomes_and_words() -> None:
    case = live_through()

    page = desk().get(f"/desk/customers/{case.customer_id}/").text

    assert f"/desk/cases/{case.pk}/" in page
    assert "Ксенофонт недоволен" in page


def test_cases_out_of_sight_are_not_on_the_page() -> None:
    case = make_case()
    boris = make_agent("Борис Ильин", "boris@gorizont.example")
    boris.sight = "own"
    boris.save()

    page = desk(boris).get(f"/desk/customers/{case.customer_id}/").text

    assert case.subject not in page


def test_editing_keeps_what_was_typed_when_something_is_wrong() -> None:
    row = make_customer()

    page = desk().post(f"/desk/customers/{row.pk}/edit", {"name": "Иван К.", "language": "xx", "remembered": "чай"})

    assert page.status_code == 422
    assert "Иван К." in page.text
    assert "чай" in page.text


def test_editing_founds_the_organization_and_is_history() -> None:
    row = make_customer()

    desk().post(
        f"/desk/customers/{row.pk}/edit",
        {"name": "Иван К.", "language": "en", "organization": "Гимназия 5", "role_there": "директор"},
    )

    row.refresh_from_db()
    assert (row.name, row.language, str(row.organization)) == ("Иван К.", "en", "Гимназия 5")
    assert Event.objects.get(name="customers.edited").payload["fields"] == [
        "language",
        "name",
        "organization",
        "role_there",
    ]


def test_an_address_of_another_customer_is_refused_at_the_field() -> None:
    row = make_customer()
    make_customer("Пётр", "petr@mail.example")

    page = desk().post(f"/desk/customers/{row.pk}/points", {"kind": "email", "value": "petr@mail.example"})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_merging_moves_addresses_cases_and_letters() -> None:
    first = make_customer()
    case = make_case(customer=make_customer("Иван", "ivan.work@mail.example"), address="ivan.work@mail.example")

    client = desk()
    client.post(f"/desk/customers/{first.pk}/merge", {"other": str(case.customer_id), "is_sure": "on"})
    run_jobs()

    gone = case.customer_id
    case.refresh_from_db()
    assert case.customer_id == first.pk
    assert set(ContactPoint.objects.filter(customer=first).values_list("value", flat=True)) == {
        IVAN,
        "ivan.work@mail.example",
    }
    assert not Message.objects.filter(conversation__customer_id=gone).exists()
    assert client.get(f"/desk/customers/{gone}/")["Location"] == f"/desk/customers/{first.pk}/"


def test_after_a_merge_the_person_can_still_close_their_case() -> None:
    first = make_customer()
    anna = make_agent()
    case = make_case(
        owner=anna, customer=make_customer("Иван", "ivan.work@mail.example"), address="ivan.work@mail.example"
    )
    mark_solved(case=case, actor=acting(anna), summary="Готово")
    run_jobs()
    desk(anna).post(f"/desk/customers/{first.pk}/merge", {"other": str(case.customer_id), "is_sure": "on"})
    run_jobs()

    record_answer(invitation=Invitation.objects.get(), is_solved=True, satisfaction=5)

    case.refresh_from_db()
    assert case.state == "satisfied"


def test_an_organization_has_people_and_takes_no_public_domain() -> None:
    client = desk()

    refused = client.post("/desk/organizations/new", {"name": "Гимназия", "domain": "mail.ru"})
    client.post("/desk/organizations/new", {"name": "Гимназия", "domain": "@school5.example"})
    row = make_customer("Пётр", "petr@school5.example")

    organization = Organization.objects.get()
    assert refused.status_code == 422
    assert organization.domain == "school5.example"
    assert f"/desk/customers/{row.pk}/" in client.get(f"/desk/organizations/{organization.pk}/").text
    assert client.get("/desk/organizations/").status_code == 200


def test_a_stranger_sees_no_customers(client: Client) -> None:
    assert client.get("/desk/customers/").status_code == 302
