"""A full disk: nothing is said to be kept that is not, machines stop sending visitors here, people hear the truth."""

import errno
import os
import re
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from psycopg.errors import DiskFull, UndefinedTable

from otklik.foundation import health
from otklik.foundation.http.edge import NoRoom
from otklik.foundation.models import StoredFile
from otklik.reach.actions.keeping import keep_raw
from otklik.reach.models import Message, RawMessage
from tests.api.calling import Program
from tests.building import HELP, IVAN, letter, make_agent, make_inbox, make_lead
from tests.portal.typing_in import picture, send_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("otklik.foundation.files.disk.os.fsync", fsync)
    monkeypatch.setattr("otklik.foundation.files.storage.TemporaryFile", lambda **_: fsync(0))


@pytest.mark.usefixtures("full")
def test_a_form_whose_files_find_no_room_says_that_nothing_was_kept(client: Client) -> None:
    make_agent()
    make_inbox()

    answer = send_form(client, attachments=[picture()])

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "was not kept" in answer.text
    assert "не сохранилось" in answer.text
    assert not Message.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("full")
def test_the_api_says_so_in_json() -> None:
    make_inbox()
    program = Program(make_lead())
    files = [{"name": "a.pdf", "content": "JVBERi0xLjcK", "content_type": "application/pdf"}]
    case = {"customer": {"email": IVAN}, "subject": "Счёт", "text": "Во вложении", "attachments": files}

    answer = program.post("/cases", case)

    assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
    assert not Message.objects.exists()


@pytest.mark.usefixtures("full")
def test_ready_means_that_files_can_be_kept(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["files"] is False


def test_where_files_can_be_kept_nothing_remains_of_the_trial(client: Client) -> None:
    folder = Path(default_storage.path(""))

    assert client.get("/readyz").json()["files"] is True
    assert [path for path in folder.iterdir() if not re.fullmatch("[0-9a-f]{2}", path.name)] == []


def test_a_bucket_elsewhere_has_its_own_watch(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "storages", {"default": InMemoryStorage()})

    assert client.get("/readyz").json()["files"] is True


@pytest.mark.parametrize(("cause", "status"), [(DiskFull("no space"), 503), (UndefinedTable("x"), None)])
def test_a_full_disk_of_the_database_is_told_apart_from_its_absence(
    rf: RequestFactory, cause: Exception, status: int | None
) -> None:
    error = OperationalError("x")
    error.__cause__ = cause

    answer = NoRoom(lambda _request: HttpResponse()).process_exception(rf.get("/contact/"), error)

    assert (answer and answer.status_code) == status


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("full")
def test_a_large_letter_is_not_accepted() -> None:
    inbox = make_inbox()

    with pytest.raises(OSError, match="No space"):
        keep_raw(raw=letter("я" * 20) + os.urandom(600_000), door="smtp", inbox=inbox, envelope_to=[HELP])

    assert not RawMessage.objects.exists()
