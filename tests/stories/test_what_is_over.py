"""Signed links, forms and cookies end with their time: said as such, and nothing is done by them any more."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import change_customer, mark_solved
from otklik.cases.models import Case
from otklik.cases.queries import case_by_link, case_link, former_by_link
from otklik.foundation.files.keeping import keep_file
from otklik.foundation.files.links import Use, asked, file_url
from otklik.foundation.models import Tally
from otklik.foundation.policies import set_policy
from otklik.portal.actions import look_at_uploads
from otklik.portal.queries import sign_in_word
from otklik.reach.models import Message
from otklik.voice.models import Answer, Invitation
from otklik.voice.queries import invitation_by_token
from tests.building import (
    IVAN,
    acting,
    fresh,
    make_agent,
    make_case,
    make_customer,
    refusals,
    refused,
    run_jobs,
)  # fmt: skip
from tests.desk.visiting import desk
from tests.portal.typing_in import picture, typed

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@contextmanager
def later(**span: int) -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(**span), tick=False):
        yield


def test_the_question_whether_it_is_solved() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    invitation = Invitation.objects.get()
    client = Client()

    with later(days=364):
        assert invitation_by_token(invitation.token) == invitation
    with later(days=366):
        with refused("link_expired"):
            invitation_by_token(invitation.token)
        page = client.post(f"/answer/{invitation.token}", {"solved": "yes"}, headers=EN)

    assert (page.status_code, Answer.objects.exists()) == (410, False)
    assert fresh(case).state == Case.State.SOLVED


def test_the_link_to_a_case() -> None:
    case = make_case()
    link, client = case_link(case), Client()
    before = Message.objects.count()

    with later(days=364):
        assert case_by_link(link) == (case, 0)
    with later(days=366):
        with refused("link_expired"):
            case_by_link(link)
        page = client.post(f"/case/{link}/", {"text": "Ещё"}, headers=EN)

    assert (page.status_code, Message.objects.count()) == (410, before)


def test_the_link_of_whoever_had_the_case_before() -> None:
    case = make_case()
    link = case_link(case)
    oleg = make_customer("Олег", "oleg@mail.example")
    change_customer(case=case, actor=acting(make_agent()), to=oleg, may_see_own=True)

    with later(days=364):
        assert former_by_link(link).case == case
    with later(days=366), refused("link_expired"):
        former_by_link(link)


def test_the_address_of_a_file(client: Client) -> None:
    url = file_url(keep_file(b"one", declared_type="text/plain"), "one.txt")
    token = url.split("/")[2]

    with later(days=2):
        assert asked(token, "one.txt").use == Use.DOWNLOAD
    with later(days=3):
        with refused("link_expired"):
            asked(token, "one.txt")
        assert client.get(url).status_code == 422


@pytest.mark.parametrize(
    "wishes", [{"do": "tag", "tag": "Склад"}, {"do": "solve", "done": "Готово"}], ids=["tag", "solve"]
)
def test_the_way_back_of_what_was_done_to_many(wishes: dict[str, str]) -> None:
    case = make_case()
    browser = desk(case.owner)
    page = browser.post("/desk/bulk", {"case": [case.pk], **wishes}, follow=True).text
    [url] = re.findall(r'action="(/desk/undo/[^"]+)"', page)
    done = fresh(case)

    with later(minutes=16), refusals() as heard:
        browser.post(url)

    assert heard == ["link_expired"]
    assert (fresh(case).tags, fresh(case).state) == (done.tags, done.state)


def test_a_form_that_stood_open(client: Client) -> None:
    make_agent()
    [once] = re.findall(r'name="once" value="([^"]+)"', client.get("/contact/").text)
    set_policy("portal.form_seconds", 0)

    with later(days=8):
        with refusals() as heard:
            stale = client.post("/contact/", typed(once=once), headers=EN)
        [renewed] = re.findall(r'name="once" value="([^"]+)"', stale.text)
        assert ("link_expired" in heard, stale.status_code, Case.objects.count()) == (True, 422, 0)
        assert "Учебник так и не пришёл" in stale.text
        assert client.post("/contact/", typed(once=renewed)).status_code == 302
    assert Case.objects.count() == 1


def test_a_file_that_waited_with_a_form(client: Client) -> None:
    make_agent()
    wrong = client.post("/contact/", {**typed(email="x@"), "attachments": [picture()]}, headers=EN)
    [kept] = re.findall(r'name="kept" value="([^"]+)"', wrong.text)

    with later(hours=23):
        assert len(look_at_uploads([], [kept])[0]) == 1
    with later(hours=25), refusals() as heard:
        assert look_at_uploads([], [kept]) == ([], [])
    assert heard == ["link_expired"]


def signed_in(client: Client, case: Case) -> None:
    client.cookies["otk_my"] = sign_in_word(case.customer, IVAN)


def asked_for_a_code(client: Client, _case: Case) -> None:
    client.post("/my/", {"email": IVAN}, headers=EN)
    run_jobs()


@pytest.mark.parametrize(
    ("begin", "path", "minutes"),
    [(signed_in, "/my/", 15 * 24 * 60), (asked_for_a_code, "/my/code/", 21)],
    ids=["session", "code"],
)
def test_a_cookie_of_the_customer(
    begin: Callable[[Client, Case], None], path: str, minutes: int, client: Client
) -> None:
    case = make_case()
    begin(client, case)
    assert client.get(path).status_code == 200

    with later(minutes=minutes), refusals() as heard:
        page = client.get(path, follow=True, headers=EN)

    assert "link_expired" in heard
    assert case.subject not in page.text
    assert 'name="email"' in page.text


def test_a_device_that_was_known(client: Client) -> None:
    """It is counted as a stranger's again."""
    make_agent()
    entry = {"login": "anna@gorizont.example", "password": "correct horse battery"}
    client.post("/account/login/", entry)
    client.post("/account/logout/")

    with later(days=181), refusals() as heard:
        for _try in range(6):
            client.post("/account/login/", entry | {"password": "wrong guess"})
        late = client.post("/account/login/", entry)

    assert "link_expired" in heard
    assert late.status_code == 200
    assert Tally.objects.filter(count__gte=5).exists()
