"""The live stream: each agent hears of the cases they may see, and of nothing else."""

import asyncio
import html
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from otklik.cases.actions import alert, look, note, see_alerts, tag_case, unsee_alert
from otklik.cases.events import Alerted, CaseReopened
from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.desk.views.live import Listener, event_for, listener_of, live, missed_by
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.events.announcing import DomainEvent, announce
from otklik.foundation.events.settled import settled_id
from otklik.foundation.live.streams import LONGEST_QUEUE, Hub
from otklik.foundation.manifest import LiveRows
from otklik.foundation.models import Event
from otklik.foundation.modules import rule_of
from otklik.foundation.policies import set_policy
from otklik.knowledge.events import ApprovalAsked
from otklik.reach.events import MessageHeld
from otklik.team.models import Agent
from tests.building import acting, customer_actor, make_agent, make_case, make_customer, make_inbox, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def boris() -> Agent:
    """He sees only his own cases."""
    agent = make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=agent.pk).update(sight=Sight.OWN)
    return Agent.objects.get(pk=agent.pk)


def scope(agent: Agent | None, query: str = "list=1", *, last: int | None = None) -> dict[str, Any]:
    headers = []
    if agent is not None:
        headers.append((b"cookie", f"sessionid={desk(agent).cookies[settings.SESSION_COOKIE_NAME].value}".encode()))
    if last is not None:
        headers.append((b"last-event-id", str(last).encode()))
    return {"type": "http", "path": "/live", "query_string": query.encode(), "headers": headers}


def listener(agent: Agent, query: str = "list=1") -> Listener:
    found = listener_of(scope(agent, query))
    assert found
    return found


def payload_of(event: Event) -> str:
    about = {"case": event.case_id, "by": event.actor_kind, "actor": event.actor_id}
    return json.dumps({"id": event.pk, "name": event.name, **about})


def apart[R](work: Coroutine[Any, Any, R]) -> R:
    """Run it in a thread of its own: a browser of another test may keep a loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def heard(who: Listener, event: Event) -> dict[str, Any] | None:
    told = apart(event_for(who, payload_of(event)))
    return json.loads(told.decode().split("data: ", 1)[1]) if told else None


def last_event(case: Case, name: str) -> Event:
    return Event.objects.filter(case_id=case.pk, name=name).order_by("-id")[0]


def test_only_who_is_logged_in_may_listen(anna: Agent, boris: Agent) -> None:
    case = make_case(owner=anna)

    assert listener_of(scope(None)) is None
    assert listener_of(scope(anna, f"case={case.pk}"))
    assert listener_of(scope(boris, f"case={case.pk}")) is None
    assert listener_of(scope(anna, "case=999999")) is None


def test_news_of_a_case_reach_only_those_who_see_it(anna: Agent, boris: Agent) -> None:
    case = make_case(owner=anna)
    opened = last_event(case, "cases.opened")

    told = heard(listener(anna), opened)

    assert told
    assert (told["event"], told["case"]) == ("list", case.pk)
    assert heard(listener(boris), opened) is None


def test_a_case_page_hears_its_own_case_only(anna: Agent) -> None:
    case, other = make_case(owner=anna), make_case(owner=anna)
    tag_case(case=other, actor=acting(anna), add=["x"])
    note(case=case, actor=acting(anna), text="Заметка")
    page = listener(anna, f"case={case.pk}")

    assert heard(page, last_event(other, "cases.edited")) is None
    told = heard(page, last_event(case, "cases.noted"))
    assert told
    assert told["event"] == "case"


def test_what_became_of_a_letter_reaches_the_page_of_its_case(anna: Agent, boris: Agent) -> None:
    case = make_case(owner=anna)
    sent = Event.objects.filter(name="reach.message_sent").order_by("-id")[0]

    assert sent.case_id is None
    assert heard(listener(anna, f"case={case.pk}"), sent)
    mine = make_case(owner=boris)
    assert heard(listener(boris, f"case={mine.pk}"), sent) is None


def test_an_alert_is_told_to_its_agent_alone(anna: Agent, boris: Agent) -> None:
    case = make_case(owner=boris)
    note(case=case, actor=acting(boris), text="@Анна глянь")
    alerted = last_event(case, "cases.alerted")

    told = heard(listener(anna), alerted)

    assert told
    assert told["event"] == "alert"
    assert heard(listener(boris), alerted) is None


def test_who_was_away_is_told_what_they_missed_and_no_more(anna: Agent, boris: Agent) -> None:
    first = make_case(owner=anna)
    last = Event.objects.order_by("-id")[0].pk
    second = make_case(owner=anna)
    mine = make_case(owner=boris)

    told = missed_by(listener(anna), scope(anna, last=last)).decode()
    told_boris = missed_by(listener(boris), scope(boris, last=last)).decode()

    assert f'"case": {second.pk}' in told
    assert f'"case": {first.pk}' not in told
    assert f'"case": {mine.pk}' in told_boris
    assert f'"case": {second.pk}' not in told_boris
    assert missed_by(listener(anna), scope(anna)) == b""


def test_a_customer_whose_number_is_the_agents_is_heard(anna: Agent) -> None:
    make_inbox()
    customer = Customer.objects.create(pk=anna.pk, name="Иван Козлов")
    case = make_case(owner=anna, customer=customer)
    before = settled_id()
    announce(CaseReopened(case_id=case.pk, customer_id=customer.pk, reason="new_word"), actor=customer_actor(case))
    theirs = last_event(case, "cases.reopened")
    assert (theirs.actor_kind, theirs.actor_id) == ("customer", anna.pk)

    assert heard(listener(anna), theirs)
    assert f'"id": {theirs.pk}' in missed_by(listener(anna), scope(anna, last=before)).decode()


def test_what_one_did_oneself_is_no_news(anna: Agent) -> None:
    case = make_case(owner=anna)
    before = settled_id()
    announce(CaseReopened(case_id=case.pk, reason="by_agent"), actor=acting(anna))
    mine = last_event(case, "cases.reopened")

    assert heard(listener(anna), mine) is None
    assert missed_by(listener(anna), scope(anna, last=before)) == b""


def test_who_was_away_is_told_of_alerts_and_of_the_letters_of_the_case(anna: Agent, boris: Agent) -> None:
    before = settled_id()
    case = make_case(owner=boris)
    note(case=case, actor=acting(boris), text="@Анна глянь")

    told_anna = missed_by(listener(anna), scope(anna, last=before)).decode()
    told_boris = missed_by(listener(boris), scope(boris, last=before)).decode()
    told_the_page = missed_by(listener(boris, f"case={case.pk}"), scope(boris, f"case={case.pk}", last=before)).decode()

    assert '"event": "alert"' in told_anna
    assert '"event": "alert"' not in told_boris
    assert '"name": "reach.message_sent"' in told_the_page


def test_a_list_hears_what_came_between_its_page_and_its_stream(anna: Agent) -> None:
    shown = make_case(owner=anna)
    page = desk(anna).get("/desk/").text
    came = make_case(owner=anna, customer=make_customer("Пётр", "petr@mail.example"), address="petr@mail.example")
    query = html.unescape(page.split('<otk-live src="/live?')[1].split('"')[0])

    told = missed_by(listener(anna, query), scope(anna, query)).decode()

    assert f"/desk/cases/{shown.pk}/" in page
    assert [json.loads(line[6:])["case"] for line in told.splitlines() if line] == [came.pk]
    assert missed_by(listener(anna, query), scope(anna, query, last=settled_id())) == b""
    assert missed_by(listener(anna, "list=1&after=x"), scope(anna, "list=1&after=x")) == b""


def test_the_place_of_a_reader_is_told_by_the_stream_itself(anna: Agent) -> None:
    case, olga = make_case(owner=anna), make_lead()
    place = settled_id()

    said = apart(_listen(scope(anna, f"case={case.pk}"), lambda: look(case=case, actor=acting(olga))))

    body = b"".join(part.get("body", b"") for part in said).decode()
    assert body.startswith(f"retry: 2000\nid: {place}\n\n")
    assert not any(block.startswith("id:") and "data:" in block for block in body.split("\n\n"))


def test_a_stream_that_may_have_missed_something_ends() -> None:
    async def deaf() -> bool:
        hub = Hub()
        async with hub.subscribed() as queue:
            for number in range(LONGEST_QUEUE + 1):
                hub._hand_out(str(number))
            return queue.qsize() == 1 and queue.get_nowait() is None

    assert apart(deaf())


def test_the_stream_speaks_as_things_happen_and_ends_with_the_browser(anna: Agent) -> None:
    case = make_case(owner=anna)
    olga = make_agent("Ольга Петрова", "olga@gorizont.example")

    said = apart(_listen(scope(anna, f"case={case.pk}"), lambda: look(case=case, actor=acting(olga))))

    assert said[0]["status"] == 200
    assert dict(said[0]["headers"])[b"content-type"] == b"text/event-stream"
    body = b"".join(part.get("body", b"") for part in said).decode()
    assert '"event": "looking"' in body
    assert f'"case": {case.pk}' in body


async def _listen(about: dict[str, Any], act: Callable[[], None]) -> list[dict[str, Any]]:
    """What the stream says when ``act`` happens the moment it says that it is open: from then on it hears."""
    said: list[dict[str, Any]] = []
    gone, spoken = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        said.append(message)
        if message["type"] == "http.response.start":
            await asyncio.to_thread(acted)
        if b"data:" in message.get("body", b""):
            spoken.set()

    def acted() -> None:
        act()
        connections.close_all()

    task = asyncio.create_task(live(about, receive, send))
    await asyncio.wait_for(spoken.wait(), 20)
    gone.set()
    await asyncio.wait_for(task, 20)
    return said


# ── Rows of a list ────────────────────────────────────────────────────────────────────────
def told_of_rows(agent: Agent, name: str, event: Event) -> bytes | None:
    return apart(event_for(listener(agent, f"rows={name}"), payload_of(event)))


def announced(event: DomainEvent) -> Event:
    announce(event, actor=SYSTEM)
    return Event.objects.latest("id")


def test_a_list_hears_that_its_rows_have_changed_and_nothing_of_which(boris: Agent) -> None:
    held, opened = (
        announced(MessageHeld(raw_id=7, reason="no_letter")),
        announced(ApprovalAsked(article_id=1, version_id=1)),
    )

    assert told_of_rows(boris, "reach.held", held) == b'data: {"event": "rows"}\n\n'
    assert told_of_rows(boris, "reach.held", opened) is None
    assert told_of_rows(boris, "knowledge.articles", opened) == b'data: {"event": "rows"}\n\n'


def test_alerts_renew_themselves_for_whom_they_are_told_to(anna: Agent, boris: Agent) -> None:
    event = announced(Alerted(agent_id=anna.pk, reason="mention", case_id=make_case(owner=anna).pk))

    assert told_of_rows(anna, "cases.alerts", event) == b'data: {"event": "rows"}\n\n'
    assert told_of_rows(boris, "cases.alerts", event) is None
    assert told_of_rows(boris, "cases.undelivered", event) == b'data: {"event": "rows"}\n\n'


def test_what_was_seen_in_one_tab_is_gone_from_the_others_of_that_person(
    anna: Agent, boris: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("otklik.foundation.events.announcing.tell_pages", said.append)
    alert(agent=anna, case=None, reason="webhook", source="7")
    del said[:]

    [seen] = see_alerts(actor=acting(anna))
    assert see_alerts(actor=acting(anna)) == []  # nothing new was seen, and nobody is told
    unsee_alert(actor=acting(anna), alert_id=seen)

    assert len(said) == 2
    for note_ in said:
        assert apart(event_for(listener(anna, "rows=cases.alerts"), note_)) == b'data: {"event": "rows"}\n\n'
        assert apart(event_for(listener(boris, "rows=cases.alerts"), note_)) is None
        assert apart(event_for(listener(anna, "rows=cases.undelivered"), note_)) is None


def test_rows_that_changed_while_a_page_was_drawn_are_told_once_it_listens(anna: Agent, boris: Agent) -> None:
    before = settled_id()
    for raw in (7, 8):
        announced(MessageHeld(raw_id=raw, reason="no_letter"))
    announced(Alerted(agent_id=anna.pk, reason="mention", case_id=None))

    def missed(agent: Agent, name: str, after: int) -> bytes:
        asked = scope(agent, f"rows={name}&after={after}")
        found = listener_of(asked)
        assert found
        return missed_by(found, asked)

    assert missed(boris, "reach.held", before) == b'data: {"event": "rows"}\n\n'
    assert missed(boris, "reach.held", settled_id()) == b""
    assert missed(anna, "cases.alerts", before) == b'data: {"event": "rows"}\n\n'
    assert missed(boris, "cases.alerts", before) == b""


def test_nobody_listens_to_rows_that_are_none_or_that_they_may_not_see(
    anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = LiveRows(name="reach.held", events=("reach.message_held",), permission="settings.edit")

    assert listener_of(scope(anna, "rows=reach.nothing")) is None
    assert listener_of(scope(None, "rows=reach.held")) is None
    monkeypatch.setattr("otklik.desk.views.live.live_rows", lambda: {"reach.held": guarded})
    assert listener_of(scope(anna, "rows=reach.held")) is None


def test_rows_of_an_app_that_is_off_are_heard_by_nobody(anna: Agent) -> None:
    set_policy(rule_of("knowledge"), value=False)

    assert listener_of(scope(anna, "rows=knowledge.articles")) is None
