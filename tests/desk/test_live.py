"""The live stream: each agent hears of the cases they may see, and of nothing else."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from otklik.cases.actions import look, note, tag_case
from otklik.cases.models import Case, Presence
from otklik.desk.views.live import Listener, event_for, listener_of, live, missed_by
from otklik.foundation.actors import Sight
from otklik.foundation.models import Event
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case
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
    return json.dumps({"id": event.pk, "name": event.name, "case": event.case_id, "actor": event.actor_id})


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
    said: list[dict[str, Any]] = []
    gone, spoken = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        said.append(message)
        if b"data:" in message.get("body", b""):
            spoken.set()

    def acted() -> None:
        act()
        connections.close_all()

    task = asyncio.create_task(live(about, receive, send))
    for _attempt in range(40):  # until the hub listens
        await asyncio.to_thread(acted)
        try:
            await asyncio.wait_for(spoken.wait(), 0.25)
            break
        except TimeoutError:
            await asyncio.to_thread(_forget_presence)
    gone.set()
    await asyncio.wait_for(task, 5)
    return said


def _forget_presence() -> None:
    """So that the next look is news again."""
    Presence.objects.all().delete()
    connections.close_all()
