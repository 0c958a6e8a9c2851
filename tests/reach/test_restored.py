"""A restored house says nothing to anybody outside until a person has decided about what waited."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Webhook, WebhookDelivery
from otklik.foundation.policies import RESTORED_FROM, is_held_back, set_policy
from otklik.foundation.secrets import lock_secret
from otklik.foundation.webhooks import actions as webhooks
from otklik.foundation.webhooks.queries import listeners
from otklik.reach.actions import decide_about_the_restored
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.models import Delivery, Inbox
from otklik.reach.queries import fetched_inboxes
from otklik.team.models import Agent
from otklik.voice.clock import mind_the_silence
from tests.building import acting, make_agent, make_case, make_inbox, outbox, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
MOMENT = "2026-11-28T09:30:00+00:00"


@pytest.fixture
def admin() -> Agent:
    return make_agent("Ирина Волкова", "irina@gorizont.example", "admin")


@pytest.fixture
def case() -> Case:
    """A case whose answer waits to leave in a house that was restored."""
    make_inbox()
    case = make_case(owner=make_agent())
    run_jobs()
    set_policy(RESTORED_FROM, MOMENT)
    reply(case=case, actor=acting(case.owner), text="Учебник отправлен")
    run_jobs()
    return case


def states(case: Case) -> list[str]:
    rows = Delivery.objects.filter(message__conversation__thread__case=case, message__purpose="answer")
    return list(rows.values_list("state", flat=True))


def test_nothing_leaves_and_nothing_is_fetched(case: Case) -> None:
    Inbox.objects.filter(kind="email").update(imap_url="imaps://help@mail.example/INBOX")

    mind_the_outbox()
    run_jobs()

    assert states(case) == ["queued"]
    assert fetched_inboxes() == []


def test_send_sends_what_waited(case: Case, admin: Agent) -> None:
    before = len(outbox())

    assert decide_about_the_restored(send=True, actor=acting(admin)) == 1
    run_jobs()

    assert states(case) == ["sent"]
    assert len(outbox()) == before + 1
    assert not is_held_back()


def test_a_copy_takes_back_what_waited_and_goes_on(case: Case, admin: Agent) -> None:
    before = len(outbox())

    assert decide_about_the_restored(send=False, actor=acting(admin)) == 1
    run_jobs()
    reply(case=case, actor=acting(case.owner), text="И ещё слово")
    run_jobs()

    assert states(case) == ["cancelled", "sent"]
    assert len(outbox()) == before + 1


def test_only_an_administrator_decides(case: Case) -> None:
    with pytest.raises(Refusal) as refused:
        decide_about_the_restored(send=True, actor=acting(case.owner))

    assert refused.value.code == "not_allowed"
    assert is_held_back()


@pytest.mark.usefixtures("case")
def test_who_comes_second_is_told(admin: Agent) -> None:
    decide_about_the_restored(send=True, actor=acting(admin))

    with pytest.raises(Refusal) as refused:
        decide_about_the_restored(send=False, actor=acting(admin))

    assert refused.value.code == "changed_meanwhile"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("case")
def test_of_two_who_decide_at_once_one_is_first(admin: Agent) -> None:
    heard: list[str] = []

    def decide(*, send: bool) -> None:
        try:
            decide_about_the_restored(send=send, actor=acting(admin))
            heard.append("done")
        except Refusal as refusal:
            heard.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, kwargs={"send": send}) for send in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(heard) == ["changed_meanwhile", "done"]


@pytest.mark.parametrize("send", [True, False])
def test_webhooks_wait_too(monkeypatch: pytest.MonkeyPatch, case: Case, admin: Agent, *, send: bool) -> None:
    calls: list[str] = []
    monkeypatch.setattr(webhooks, "post_signed", lambda url, **_named: calls.append(url) or 200)
    hook = Webhook.objects.create(url="https://shop.example/", events=["*"], secret=lock_secret("x"))
    listeners.forget()
    reply(case=case, actor=acting(case.owner), text="Ещё")
    run_jobs()
    assert calls == []
    assert WebhookDelivery.objects.filter(webhook=hook, state="queued").exists()

    decide_about_the_restored(send=send, actor=acting(admin))
    waiting = WebhookDelivery.objects.filter(webhook=hook, state="queued").exists()
    run_jobs()

    assert waiting is send
    assert not WebhookDelivery.objects.filter(webhook=hook, state="queued").exists()


def test_silence_is_not_minded_meanwhile(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="solved", solved_at=timezone.now() - timedelta(days=30))

    mind_the_silence()

    assert Case.objects.get(pk=case.pk).state == "solved"


def test_the_page_says_why_and_offers_both_ways(case: Case, admin: Agent) -> None:
    page = desk(admin).get("/desk/restored/")
    seen_by_all = desk(case.owner).get("/desk/")

    assert page.status_code == 200
    assert 'value="yes"' in page.text
    assert 'value="no"' in page.text
    assert "/desk/restored/" in seen_by_all.text
    assert 'value="yes"' not in desk(case.owner).get("/desk/restored/").text
    assert desk(case.owner).post("/desk/restored/", {"send": "yes"}).status_code == 403

    answer = desk(admin).post("/desk/restored/", {"send": "yes"})

    assert answer.status_code == 302
    assert desk(admin).get("/desk/restored/").status_code == 302
    assert not is_held_back()
