"""What an exchange tells: who calls is on the screen, a missed call is a promise, the returning call keeps it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.calls.actions import (
    Spoken,
    add_exchange,
    fetch_recording,
    forget_old_recordings,
    not_for_me,
    note_talk,
    note_wrong_number,
    owe_call_back,
    save_extensions,
    take_call,
)
from otklik.calls.actions.recording import NotThere
from otklik.calls.adapters.dialects import DIALECTS
from otklik.calls.adapters.told import Post, Step, Told
from otklik.calls.models import Call, CallBack
from otklik.calls.queries import callers
from otklik.cases.actions import erase_person, keep_vow, merge_cases
from otklik.cases.models import Case
from otklik.cases.vows import VowKind, running
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event, StoredFile
from otklik.reach.models import Inbox
from otklik.reach.queries import hook_path
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.calls.ringing import TOKEN, VERA, make_exchange, miss, tell
from tests.desk.visiting import desk
from tests.reach.channels.other_side import other_side
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def case(anna: Agent) -> Case:
    return make_case(owner=anna, customer=identify(kind="phone", value=VERA, name="Вера Лунина"))


# ── It rings ──────────────────────────────────────────────────────────────────────────────
def test_a_ringing_call_is_told_to_those_who_are_here(case: Case, anna: Agent) -> None:
    assert tell(make_exchange(), "newCall") == 200

    rang = Event.objects.get(name="calls.rang")
    assert rang.payload["agent_ids"] == [anna.pk]
    [one] = callers(anna.pk, acting(anna), now=timezone.now())
    assert (one.customer, one.case, one.call.phone) == (case.customer, case, VERA)
    page = desk(anna).get("/desk/calls/pop").text
    assert "Вера Лунина" in page
    assert f"/desk/cases/{case.pk}/" in page


def test_an_unknown_number_makes_nobody(anna: Agent) -> None:
    tell(make_exchange(), "newCall", number="79005559999")

    [one] = callers(anna.pk, acting(anna), now=timezone.now())
    assert (one.customer, one.case) == (None, None)
    assert not Case.objects.exists()


def test_it_rings_on_the_screens_of_those_whose_phones_ring(anna: Agent) -> None:
    olga = make_lead()
    save_extensions(numbers={olga.pk: "102"}, actor=SYSTEM)

    tell(make_exchange(), "newCall", user=["102"])

    assert Call.objects.get().rings_for == [olga.pk]


def test_a_colleague_is_known_by_address_and_by_name(anna: Agent) -> None:
    exchange, olga = make_exchange(), make_lead()

    tell(exchange, "newCall", user=[olga.email.upper()])
    tell(exchange, "newCall", call="c-2", user=[anna.name])

    assert [one.rings_for for one in Call.objects.order_by("id")] == [[olga.pk], [anna.pk]]


def test_not_for_me_takes_it_from_my_screen_alone(anna: Agent) -> None:
    olga = make_lead()
    tell(make_exchange(), "newCall", user=[anna.email, olga.email])
    call = Call.objects.get()

    desk(anna).post(f"/desk/calls/{call.pk}/not-me")

    assert Call.objects.get().rings_for == [olga.pk]
    assert not desk(anna).get("/desk/calls/pop").text.strip()


def test_who_took_it_up_writes_it_down(case: Case, anna: Agent) -> None:
    exchange = make_exchange()
    tell(exchange, "newCall", user=[anna.email])
    tell(exchange, "answer", answeringNumber=anna.email)
    call = Call.objects.get()

    form = {"case": str(case.pk), "direction": "in", "said": "Где заказ?", "outcome": "noted"}
    desk(anna).post(f"/desk/calls/new?call={call.pk}&customer={case.customer_id}", form)

    call = Call.objects.get()
    assert call.agent == anna
    assert call.talk is not None
    assert call.talk.case == case
    assert not callers(anna.pk, acting(anna), now=timezone.now())
    with refused("noted_already"):
        note_talk(case=case, actor=acting(anna), spoken=Spoken(way="phone", said="Ещё раз", call=call))
    with refused("noted_already"):
        note_wrong_number(actor=acting(anna), call=call)


def test_a_customer_out_of_sight_is_not_named(case: Case) -> None:
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")
    boris = Agent.objects.get(pk=boris.pk)

    tell(make_exchange(), "newCall", user=[boris.email])

    [one] = callers(boris.pk, acting(boris), now=timezone.now())
    assert (one.customer, one.case) == (None, None)


# ── Missed ────────────────────────────────────────────────────────────────────────────────
def test_a_missed_call_is_promised_in_the_open_case(case: Case) -> None:
    miss(make_exchange())

    row = CallBack.objects.get()
    assert (row.case, row.phone, row.times) == (case, VERA, 1)
    vow = running(fresh(case), VowKind.CALL_BACK)
    assert vow is not None


def test_a_stranger_who_was_missed_has_a_case_with_an_owner(anna: Agent) -> None:
    miss(make_exchange(), number="+7 900 555-99-99")

    case = Case.objects.get()
    assert (case.channel, case.owner) == ("phone", anna)
    assert [one.value for one in case.customer.contact_points.all()] == ["+79005559999"]
    assert running(case, VowKind.CALL_BACK) is not None


def test_a_number_that_calls_again_is_one_promise(anna: Agent) -> None:
    exchange = make_exchange()
    miss(exchange)
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True):
        miss(exchange, call="c-2")

    row = CallBack.objects.get()
    assert row.times == 2
    assert row.last_at > row.first_at
    assert Case.objects.count() == 1


def test_told_twice_it_is_one_call_and_one_promise(anna: Agent) -> None:
    exchange = make_exchange()
    for _time in range(2):
        miss(exchange)

    assert Call.objects.count() == 1
    assert CallBack.objects.get().times == 1


def test_a_hidden_number_is_missed_but_cannot_be_called(anna: Agent) -> None:
    miss(make_exchange(), number="anonymous")

    assert Call.objects.get().phone == ""
    assert not CallBack.objects.exists()
    assert not Case.objects.exists()


def test_within_the_hour_of_one_that_was_settled_by_hand_nothing_new_is_promised(case: Case) -> None:
    exchange = make_exchange()
    miss(exchange)
    keep_vow(case=case, actor=SYSTEM, kind="call_back")
    run_jobs()
    assert CallBack.objects.get().done_at is not None

    miss(exchange, call="c-2")
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        miss(exchange, call="c-3")

    assert [(row.times, row.done_at is None) for row in CallBack.objects.order_by("id")] == [(2, False), (1, True)]


def test_a_withdrawn_promise_owes_no_call(case: Case) -> None:
    from otklik.cases.actions import withdraw_promise  # noqa: PLC0415

    miss(make_exchange())
    withdraw_promise(case=case, actor=SYSTEM, kind="call_back")
    run_jobs()

    assert CallBack.objects.get().done_at is not None


def test_what_is_owed_goes_where_its_case_goes(case: Case, anna: Agent) -> None:
    miss(make_exchange())
    other = make_case(owner=anna, customer=case.customer)

    merge_cases(into=other, other=case, actor=acting(anna))
    run_jobs()

    assert CallBack.objects.get().case == other


@pytest.mark.django_db(transaction=True)
@locks("calls.actions.owing.owe_call_back")
def test_two_calls_of_one_number_at_once_are_one_promise() -> None:
    make_agent()
    exchange = make_exchange()
    calls = [
        Call.objects.create(
            inbox=exchange,
            external_id=name,
            direction="in",
            phone=VERA,
            began_at=timezone.now(),
            ended_at=timezone.now(),
        )
        for name in ("a", "b")
    ]

    said = while_open(lambda: owe_call_back(call=calls[0]), lambda: owe_call_back(call=calls[1]))

    assert said == ["done", "done"]
    assert CallBack.objects.get().times == 2


@pytest.mark.django_db(transaction=True)
@locks("calls.actions.ringing.take_call", "calls.actions.ringing.take_all")
def test_two_steps_of_one_call_at_once_are_one_call() -> None:
    make_agent()
    exchange = make_exchange()
    rings, ended = (Told(call="c-1", step=step, number=VERA) for step in (Step.RINGS, Step.ENDED))

    while_open(lambda: take_call(told=rings, inbox=exchange), lambda: take_call(told=ended, inbox=exchange))

    assert Call.objects.get().is_missed
    assert CallBack.objects.get().times == 1


@pytest.mark.django_db(transaction=True)
@locks("calls.actions.ringing.not_for_me")
def test_two_who_say_at_once_that_it_is_not_for_them_are_both_heard() -> None:
    anna, olga = make_agent(), make_lead()
    call = Call.objects.create(
        inbox=make_exchange(), external_id="a", direction="in", began_at=timezone.now(), rings_for=[anna.pk, olga.pk]
    )

    while_open(lambda: not_for_me(call=call, actor=acting(anna)), lambda: not_for_me(call=call, actor=acting(olga)))

    assert Call.objects.get().rings_for == []


# ── Called back ───────────────────────────────────────────────────────────────────────────
def test_the_returning_call_keeps_the_promise(case: Case, anna: Agent) -> None:
    exchange = make_exchange()
    miss(exchange)
    ours: dict[str, Any] = {"direction": "out", "number": "74955550100", "to": VERA, "user": [anna.email]}
    tell(exchange, "newCall", call="c-2", **ours)
    assert CallBack.objects.get().done_at is None

    tell(exchange, "answer", call="c-2", **ours)

    row = CallBack.objects.get()
    assert row.done_by == Call.objects.get(external_id="c-2")
    assert running(fresh(case), VowKind.CALL_BACK) is None


def test_a_call_that_they_did_not_take_up_is_a_try(case: Case) -> None:
    exchange = make_exchange()
    miss(exchange)

    miss(exchange, call="c-2", direction="out", number="74955550100", to=VERA)

    row = CallBack.objects.get()
    assert (row.tries, row.done_at, row.times) == (1, None, 1)


def test_an_answer_that_is_told_late_takes_the_promise_back(case: Case) -> None:
    exchange = make_exchange()
    miss(exchange)

    tell(exchange, "answer")

    assert CallBack.objects.get().done_at is not None
    assert running(fresh(case), VowKind.CALL_BACK) is None


def test_once_we_have_spoken_the_next_missed_call_is_promised_anew(case: Case) -> None:
    exchange = make_exchange()
    miss(exchange)
    tell(exchange, "answer", call="c-2")

    miss(exchange, call="c-3")

    assert [row.done_at is None for row in CallBack.objects.order_by("id")] == [False, True]
    assert running(fresh(case), VowKind.CALL_BACK) is not None


def test_the_database_keeps_one_promise_for_a_number(case: Case) -> None:
    CallBack.objects.create(case=case, because="missed", phone=VERA)

    with pytest.raises(IntegrityError, match="a_number_is_owed_one_call_at_a_time"):
        CallBack.objects.create(case=case, because="missed", phone=VERA)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"because": "asked"}, "who_asks_for_a_call_has_a_slot"),
        (
            {"because": "missed", "first_at": "2026-01-02T00:00Z", "last_at": "2026-01-01T00:00Z"},
            "the_last_call_is_not_before_the_first",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be_owed(case: Case, values: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        CallBack.objects.create(case=case, phone=VERA, **values)


def test_a_call_is_one_row_of_its_door() -> None:
    values = {"inbox": make_exchange(), "external_id": "a", "direction": "in", "began_at": timezone.now()}
    Call.objects.create(**values)

    with pytest.raises(IntegrityError, match="a_call_is_one_row_of_its_door"):
        Call.objects.create(**values)


# ── Who knocks ────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("anna")
def test_who_does_not_prove_themselves_is_counted_and_nothing_is_kept() -> None:
    exchange = make_exchange(secret=TOKEN)
    told = {"event": "newCall", "callId": "1", "from": VERA}

    said = {"data": urlencode(told), "content_type": "application/x-www-form-urlencoded"}
    forged = Client().post(hook_path(exchange), **said)
    right = Client().post(hook_path(exchange), **said, headers={"Authorization": f"Bearer {TOKEN}"})

    assert (forged.status_code, right.status_code) == (403, 200)
    assert Inbox.objects.get(pk=exchange.pk).forged == 1
    assert Call.objects.count() == 1


def test_a_paused_door_and_an_unknown_one() -> None:
    exchange = make_exchange()
    Inbox.objects.filter(pk=exchange.pk).update(is_active=False)

    assert tell(exchange, "newCall") == 503
    assert Client().post("/hooks/cti/nobody", data={}).status_code == 404
    assert Client().post(hook_path(exchange), data="x" * 300_000, content_type="text/plain").status_code == 413


def test_an_exchange_is_greeted_and_may_add_to_the_address() -> None:
    exchange = make_exchange(dialect="zadarma", secret=TOKEN)

    assert Client().get(f"{hook_path(exchange)}?zd_echo=abc").content == b"abc"
    assert Client().get("/hooks/cti/nobody?zd_echo=abc").content == b""
    assert Client().post(f"{hook_path(exchange)}/events/call", data={"event": "NOTIFY_START"}).status_code == 403


def test_an_exchange_is_opened_by_what_it_needs() -> None:
    with refused("dialect_unknown"):
        add_exchange(name="a", dialect="smoke", actor=SYSTEM)
    with refused("exchange_secret_missing"):
        add_exchange(name="a", dialect="mango", actor=SYSTEM)
    exchange = make_exchange("mango", dialect="mango", secret="key-of-mango:salt-of-mango")

    again = make_exchange("mango", dialect="mango")

    assert again.route == exchange.route


@pytest.mark.parametrize("path", sorted(path.name for path in GOLDEN.glob("*.json")))
def test_a_dialect_is_understood_as_it_was(path: str) -> None:
    kept = json.loads((GOLDEN / path).read_text(encoding="utf-8"))
    dialect = DIALECTS[path.partition(".")[0]]
    post = Post(headers=kept["headers"], body=kept["body"].encode())

    told = [
        {name: value for name, value in vars(one).items() if value not in ("", (), None)}
        for one in dialect.understand(post)
    ]

    assert json.loads(json.dumps(told)) == kept["told"]
    assert dialect.is_them(post, kept["secret"])
    assert not dialect.is_them(post, "another secret")


def test_every_dialect_has_golden_files_of_every_step_it_tells() -> None:
    shown: dict[str, set[str]] = {}
    for path in GOLDEN.glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))["told"]
        shown.setdefault(path.name.partition(".")[0], set()).update(one["step"] for one in told)

    assert shown.keys() == DIALECTS.keys()
    assert all({"rings", "answered", "ended"} <= steps for steps in shown.values())


@pytest.mark.parametrize("name", sorted(DIALECTS))
@given(
    body=st.sampled_from([b"", b"{", b"[]", b"\xff", b"a=1&a=2&user[]=x", b'{"callId": 1e999}', b'{"json": []}'])
    | st.builds(
        lambda name, value: json.dumps({"event": "newCall", "cmd": "event", "callid": 1, name: value}).encode(),
        st.sampled_from(["event", "callId", "user[]", "json", "sign", "cmd", "entry_id"]),
        st.none() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=2),
    )
)
def test_whatever_comes_is_no_error(name: str, body: bytes) -> None:
    post = Post(headers={}, body=body)

    DIALECTS[name].is_them(post, TOKEN)
    DIALECTS[name].understand(post)


# ── Recordings ────────────────────────────────────────────────────────────────────────────
def recorded(url: str, **values: Any) -> Call:
    exchange = make_exchange(base_url=url, is_operator=True)
    tell(exchange, "newCall", run=False)
    tell(exchange, "recording", run=False, recordingUrl=f"{url}/1.mp3", **values)
    return Call.objects.get()


def test_a_recording_is_fetched_played_to_who_may_hear_it_and_forgotten(
    anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_side() as side:
        call = recorded(side.url)
        answer = type(
            "Answer",
            (),
            {"is_good": True, "status": 200, "headers": {"content-type": "audio/mpeg"}, "body": b"ID3 sound"},
        )
        monkeypatch.setattr("otklik.calls.actions.recording.call", lambda _asked: answer)
        fetch_recording(call_id=call.pk)
        fetch_recording(call_id=call.pk)
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")

    heard = desk(anna).get(f"/desk/calls/{call.pk}/recording")

    assert (heard["Content-Type"], heard.getvalue()) == ("audio/mpeg", b"ID3 sound")
    assert desk(Agent.objects.get(pk=boris.pk)).get(f"/desk/calls/{call.pk}/recording").status_code == 404
    assert "<audio" in desk(anna).get("/desk/calls/all/").text
    forget_old_recordings(timezone.now() + timedelta(days=89))
    assert Call.objects.get().recording is not None
    forget_old_recordings(timezone.now() + timedelta(days=91))
    assert Call.objects.get().recording is None
    assert not StoredFile.objects.exists()
    assert desk(anna).get(f"/desk/calls/{call.pk}/recording").status_code == 404


def test_a_recording_that_is_not_there_yet_is_asked_for_again_and_lost_in_the_end(anna: Agent) -> None:
    with other_side() as side:
        call = recorded(side.url)

        with pytest.raises(NotThere):
            fetch_recording(call_id=call.pk)
        fetch_recording(call_id=call.pk, is_last=True)

    assert Call.objects.get().recording_lost.startswith("HTTP 404")


def test_a_recording_is_not_fetched_out_of_our_own_network(anna: Agent) -> None:
    with other_side() as side:
        exchange = make_exchange()
        tell(exchange, "newCall", run=False)
        tell(exchange, "recording", run=False, recordingUrl=f"{side.url}/1.mp3")

        fetch_recording(call_id=Call.objects.get().pk)

    assert Call.objects.get().recording_lost in {"private", "port"}


def test_an_erased_person_leaves_neither_number_nor_sound(case: Case, anna: Agent) -> None:
    exchange = make_exchange()
    miss(exchange)

    erase_person(customer=case.customer, actor=SYSTEM)

    assert Call.objects.get().phone == ""
    assert CallBack.objects.get().phone == ""


# ── Lists ─────────────────────────────────────────────────────────────────────────────────
def test_what_is_owed_stands_in_the_list_with_a_link_to_call(case: Case, anna: Agent) -> None:
    miss(make_exchange())
    page = desk(anna)

    assert f'href="tel:{VERA}"' in page.get("/desk/calls/").text
    assert "Вера Лунина" in page.get(f"/desk/cases/{case.pk}/").text
    assert '<div id="panel-calls"' in page.get(f"/desk/cases/{case.pk}/").text
    keep_vow(case=case, actor=SYSTEM, kind="call_back")
    run_jobs()
    assert "Вера Лунина" in page.get("/desk/calls/?done=1").text
    assert f'href="tel:{VERA}"' not in page.get("/desk/calls/").text


def test_programs_list_calls_and_what_is_owed(case: Case, anna: Agent) -> None:
    miss(make_exchange())
    program = Program(anna)

    [call] = program.get("/calls").json()["items"]
    [owed] = program.get("/calls/owed").json()["items"]

    assert (call["phone"], call["is_missed"], call["channel"]) == (VERA, True, "office")
    assert (owed["case"], owed["because"], owed["times"]) == (case.pk, "missed", 1)
    assert owed["due_at"]
    [door] = [one for one in program.get("/channels").json()["items"] if one["kind"] == "cti"]
    assert door["state"] == "open"


def test_who_rings_where_is_set_once_for_each_number(anna: Agent) -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    saved = vera.post("/desk/settings/phones", {f"agent_{anna.pk}": "101"})
    same = vera.post("/desk/settings/phones", {f"agent_{anna.pk}": "101", f"agent_{make_lead().pk}": "101"})

    assert (saved.status_code, same.status_code) == (302, 422)
    assert anna.extension.number == "101"
    with refused("extension_taken"):
        save_extensions(numbers={1: "5", 2: "5"}, actor=SYSTEM)


def test_an_exchange_is_connected_on_its_page() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    made = vera.post("/desk/settings/exchanges/new", {"name": "Магазин", "dialect": "generic", "secret": ""})
    short = vera.post("/desk/settings/exchanges/new", {"name": "Другой", "dialect": "megafon", "secret": "коротко"})
    exchange = Inbox.objects.get(kind="cti")

    assert (made.status_code, short.status_code) == (302, 422)
    assert hook_path(exchange) in vera.get(f"/desk/settings/exchanges/{exchange.pk}").text
    assert "Магазин" in vera.get("/desk/settings/channels/").text
