"""Another program as a channel: signed JSON in, signed JSON out."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import answer_and_solve, reply
from otklik.cases.models import Alert, Case
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.models import Event
from otklik.reach.actions import (
    add_http_channel,
    check_channel,
    edit_http_channel,
    pause_channel,
    release_held,
    resume_channel,
)
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Attachment, Conversation, Delivery, GateRefusal, Inbox, Message, RawMessage
from otklik.reach.queries import Recipients, door_by_id, doors
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, refused, run_jobs
from tests.reach.channels.other_side import SECRET, OtherSide, knock, make_channel, other_side, signed, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def side() -> Iterator[OtherSide]:
    with other_side() as one:
        yield one


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def opened(inbox: Inbox) -> Case:
    assert knock(inbox, word())[0] == 200
    return Case.objects.get()


# ── In ────────────────────────────────────────────────────────────────────────────────────
def test_a_word_becomes_a_case_with_an_owner(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)

    status, said = knock(inbox, word(person={"name": "Вера Лунина", "phone": "+79005550117"}))

    case = Case.objects.get()
    message = Message.objects.get(direction="in")
    assert (status, said) == (200, {"status": "kept"})
    assert (case.owner, case.channel, case.customer.name) == (anna, "http", "Вера Лунина")
    assert (message.text, message.external_id) == ("Здравствуйте! Где мой заказ?", f"http:{inbox.pk}:m-1")
    assert message.people == {"claimed": {"phone": "+79005550117"}}
    assert list(ContactPoint.objects.values_list("kind", "value")) == [("http:shop", "vera-17")]


def test_the_same_id_comes_once_however_often_it_is_sent(anna: Agent) -> None:
    inbox = make_channel()

    answers = [knock(inbox, word())[0], knock(inbox, word(text="Другие слова"))[0]]

    assert answers == [200, 200]
    assert Message.objects.filter(direction="in").count() == 1


def test_the_same_bytes_at_two_doors_are_two_words(anna: Agent) -> None:
    knock(make_channel(), word())
    knock(make_channel(name="kiosk"), word())

    assert Case.objects.count() == 2


def test_a_second_word_is_heard_in_the_same_case(anna: Agent) -> None:
    inbox = make_channel()
    case = opened(inbox)

    knock(inbox, word("m-2", "Ау?"))

    assert Case.objects.count() == 1
    assert fresh(case).preview == "Ау?"
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "none"),
        ("t=1,v1=aa", "old"),
        ("t=NOW,v1=00", "wrong"),
        ("v1=aa,t=x", "no moment"),
    ],
)
def test_a_forged_call_is_refused_and_counted(header: str, why: str) -> None:
    inbox = make_channel()

    status, said = knock(inbox, word(), header=header.replace("NOW", str(int(time.time()))))

    assert (status, said) == (403, {"error": "signature"}), why
    assert Inbox.objects.get(pk=inbox.pk).forged == 1
    assert not RawMessage.objects.exists()


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_call_that_is_repeated_later_is_forged(seconds: int) -> None:
    inbox, body = make_channel(), json.dumps(word()).encode()

    assert knock(inbox, body, header=signed(body, at=int(time.time()) + seconds))[0] == 403


def test_another_secret_is_forged() -> None:
    inbox, body = make_channel(), json.dumps(word()).encode()

    assert knock(inbox, body, header=signed(body, secret="another secret of theirs"))[0] == 403


def test_who_does_not_know_the_route_learns_nothing() -> None:
    inbox = make_channel()
    stranger = Inbox(kind="http", route="made-up")
    other_kind = Inbox(kind="email", route=inbox.route)

    assert knock(stranger, word())[0] == 404
    assert knock(other_kind, word())[0] == 404
    assert Inbox.objects.get(pk=inbox.pk).forged == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"no json", "id_missing"),
        (b"[1]", "id_missing"),
        (b'{"id": true}', "id_missing"),
        (b'{"id": "1"}', "peer_missing"),
    ],
)
def test_what_nobody_could_place_is_told_at_once(said: bytes, code: str) -> None:
    assert knock(make_channel(), said) == (422, {"error": code})


def test_numbers_of_any_length_are_ids(anna: Agent) -> None:
    inbox = make_channel()

    knock(inbox, word(peer=116327994376978687, id=9007199254740993))

    assert Conversation.objects.get().peer == "116327994376978687"
    assert Message.objects.get(direction="in").external_id == f"http:{inbox.pk}:9007199254740993"


def test_a_paused_door_takes_nothing(anna: Agent) -> None:
    inbox = make_channel()
    pause_channel(inbox=inbox, actor=SYSTEM)

    assert knock(inbox, word()) == (503, {"error": "paused"})
    assert not RawMessage.objects.exists()


# ── What becomes of words ─────────────────────────────────────────────────────────────────
def test_a_change_keeps_what_stood_before(anna: Agent) -> None:
    inbox = make_channel()
    opened(inbox)

    knock(inbox, {"id": "e-1", "type": "edited", "peer": "vera-17", "message_id": "m-1", "text": "Где заказ 12?"})

    message = Message.objects.get(direction="in")
    assert message.text == "Где заказ 12?"
    assert [one["text"] for one in message.earlier] == ["Здравствуйте! Где мой заказ?"]
    assert message.edited_at is not None


def test_a_change_of_what_never_came_is_their_word(anna: Agent) -> None:
    inbox = make_channel()

    knock(inbox, {"id": "e-1", "type": "edited", "peer": "vera-17", "message_id": "m-1", "text": "Где заказ 12?"})
    knock(inbox, word())

    assert Message.objects.get(direction="in").text == "Где заказ 12?"


def test_nobody_changes_our_words(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    knock(
        inbox, {"id": "e-1", "type": "edited", "peer": "vera-17", "message_id": answer.external_id, "text": "Никогда"}
    )
    knock(inbox, {"id": "e-2", "type": "removed", "peer": "vera-17", "message_id": answer.external_id})

    ours = Message.objects.get(pk=answer.pk)
    assert (ours.text, ours.removed_at) == ("Завтра", None)


def test_a_withdrawn_word_is_kept_for_its_owner(anna: Agent) -> None:
    inbox = make_channel()
    opened(inbox)

    knock(inbox, {"id": "r-1", "type": "removed", "peer": "vera-17", "message_id": "m-1"})

    message = Message.objects.get(direction="in")
    assert message.removed_at is not None
    assert message.text == "Здравствуйте! Где мой заказ?"


def test_a_sign_is_put_on_a_word_and_taken_away(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()
    sign = {"type": "reaction", "peer": "vera-17", "message_id": f"theirs-{len(side.got)}"}

    knock(inbox, sign | {"id": "s-1", "sign": "👍"})
    put = Message.objects.get(pk=answer.pk).reactions
    knock(inbox, sign | {"id": "s-2", "sign": ""})

    assert [(one["by"], one["sign"]) for one in put] == [("customer", "👍")]
    assert Message.objects.get(pk=answer.pk).reactions == []


def test_what_was_read_is_delivered(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    knock(inbox, {"id": "v-1", "type": "seen", "peer": "vera-17", "message_id": f"theirs-{len(side.got)}"})

    row = Delivery.objects.get(message=answer)
    assert row.state == Delivery.State.DELIVERED
    assert row.read_at is not None


def test_an_unknown_kind_is_shown_in_the_talk(anna: Agent) -> None:
    inbox = make_channel()
    case = opened(inbox)

    knock(inbox, {"id": "x-1", "type": "hologram", "peer": "vera-17", "beam": 3})

    message = Message.objects.order_by("-id")[0]
    assert (message.notices, message.automatic_because) == (["unknown_kind"], "unknown_kind")
    assert message.raw is not None
    assert fresh(case).preview == "Здравствуйте! Где мой заказ?"


def test_an_unknown_kind_without_a_talk_waits_for_a_person(anna: Agent) -> None:
    inbox = make_channel()
    knock(inbox, {"id": "x-1", "type": "hologram", "peer": "vera-17"})
    raw = RawMessage.objects.get()
    held = (raw.state, raw.held_reason, raw.held_detail)

    release_held(raw=raw, actor=SYSTEM)
    run_jobs()

    assert held == (RawMessage.State.HELD, "unknown_kind", "hologram")
    assert Case.objects.get().customer.contact_points.get().value == "vera-17"


# ── Files ─────────────────────────────────────────────────────────────────────────────────
def test_files_come_after_the_word(side: OtherSide, anna: Agent) -> None:
    side.files["/check.txt"] = b"120 rub"
    inbox = make_channel(side.url)
    place = side.url.removesuffix("/otklik")

    knock(inbox, word(files=[{"name": "чек.txt", "url": f"{place}/check.txt"}]), run=False)
    run_jobs()

    message = Message.objects.get(direction="in")
    assert [one.name for one in Attachment.objects.filter(message=message)] == ["чек.txt"]
    assert (message.coming, message.lost) == ([], [])


def test_a_file_that_points_inwards_is_not_fetched(anna: Agent) -> None:
    with other_side() as inner:
        inner.files["/secret"] = b"the keys"
        inbox = make_channel("https://shop.example/otklik")
        knock(inbox, word(files=[{"name": "a.txt", "url": f"{inner.url.removesuffix('/otklik')}/secret"}]))

    message = Message.objects.get(direction="in")
    assert not Attachment.objects.exists()
    assert [(one["name"], one["reason"]) for one in message.lost] == [("a.txt", "port")]


def test_a_file_alone_is_a_word(side: OtherSide, anna: Agent) -> None:
    place = side.url.removesuffix("/otklik")

    knock(make_channel(side.url), word(text="", files=[{"name": "gone.png", "url": f"{place}/gone.png"}]))

    message = Message.objects.get(direction="in")
    assert Case.objects.count() == 1
    assert [one["reason"] for one in message.lost] == ["404"]


# ── Out ───────────────────────────────────────────────────────────────────────────────────
def test_the_answer_leaves_through_the_channel(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)

    answer = reply(case=case, actor=acting(anna), text="Он **уже** едет.")
    run_jobs()

    said = side.got[-1]
    row = Delivery.objects.get(message=answer)
    assert all(side.signatures)
    assert (said["peer"], said["text"], said["reply_to"]) == ("vera-17", "Он уже едет.", "m-1")
    assert "<b>уже</b>" in said["html"]
    assert (said["id"], said["author"], said["files"]) == (answer.external_id, "Анна Смирнова", [])
    assert (row.state, row.address, row.taken) == ("sent", "vera-17", [f"theirs-{len(side.got)}"])
    assert fresh(case).first_answered_at is not None


def test_the_owner_is_told_in_a_few_words(side: OtherSide, anna: Agent) -> None:
    opened(make_channel(side.url))

    [said] = side.got
    assert "Вера" in said["text"]
    assert "письмо" not in said["text"]
    assert [button["url"].startswith("http") for button in said["buttons"]] == [True]


def test_whether_it_is_solved_is_asked_by_buttons(side: OtherSide, anna: Agent) -> None:
    case = opened(make_channel(side.url))

    answer_and_solve(case=case, actor=acting(anna), text="Привезли в 14:00.")
    run_jobs()

    said = side.got[-1]
    assert [button["text"] for button in said["buttons"]] == ["Да, решено", "Ещё нет"]
    assert all("/" in button["url"] for button in said["buttons"])
    assert said["text"].startswith("Привезли в 14:00.")


def test_a_reply_to_our_word_is_known_by_the_id_they_gave_it(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    knock(inbox, word("m-2", "Спасибо!", reply_to=f"theirs-{len(side.got)}"))

    assert Message.objects.order_by("-id")[0].in_reply_to == answer.external_id


@pytest.mark.parametrize(
    ("status", "said", "verdict"),
    [
        (403, {}, "blocked"),
        (404, {}, "gone"),
        (410, {}, "gone"),
        (413, {}, "too_large"),
        (400, {}, "refused"),
        (400, {"verdict": "blocked"}, "blocked"),
    ],
)
def test_a_final_no_brings_the_case_back(
    side: OtherSide, anna: Agent, status: int, said: dict[str, str], verdict: str
) -> None:
    case = opened(make_channel(side.url))
    side.will_answer(status, said)

    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    row = Delivery.objects.get(message=answer)
    assert (row.state, row.verdict, row.attempts) == ("failed", verdict, 1)
    assert fresh(case).is_undelivered
    assert ContactPoint.objects.get().bounce == ("hard" if verdict == "blocked" else "")


@pytest.mark.parametrize(("status", "verdict", "attempts"), [(500, "server", 1), (429, "throttled", 0)])
def test_a_no_for_now_is_tried_again(side: OtherSide, anna: Agent, status: int, verdict: str, attempts: int) -> None:
    case = opened(make_channel(side.url))
    side.will_answer(status, Retry_After="120")

    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    row = Delivery.objects.get(message=answer)
    assert (row.state, row.verdict, row.attempts) == ("queued", verdict, attempts)
    assert row.next_at is not None
    assert 100 < (row.next_at - timezone.now()).total_seconds() <= 120


def test_a_broken_door_burns_no_attempts_and_is_told_once(side: OtherSide, anna: Agent) -> None:
    admin = make_agent("Ада Админ", "ada@gorizont.example", Role.ADMIN)
    inbox = make_channel(side.url)
    case = opened(inbox)
    side.will_answer(401)

    answers = [reply(case=fresh(case), actor=acting(anna), text=f"Ответ {number}") for number in range(3)]
    run_jobs()
    calls = len(side.got)
    mind_the_outbox()
    run_jobs()

    rows = Delivery.objects.filter(message__in=answers)
    assert {(row.state, row.attempts, row.verdict) for row in rows} == {("queued", 0, "door_broken")}
    assert len(side.got) == calls
    assert Event.objects.filter(name="reach.door_broken").count() == 1
    assert Alert.objects.filter(agent=admin, reason="reach.door_broken").count() == 1
    [door] = doors()
    assert (door.state, door.inbox.problem, door.waiting) == ("broken", "HTTP 401", 3)

    resume_channel(inbox=inbox, actor=SYSTEM)
    run_jobs()

    assert [said["text"] for said in side.got[-3:]] == ["Ответ 0", "Ответ 1", "Ответ 2"]
    assert {row.state for row in rows.all()} == {"sent"}


def test_what_we_write_waits_at_a_paused_door(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    pause_channel(inbox=inbox, actor=SYSTEM)
    calls = len(side.got)

    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()
    waited = Delivery.objects.get(message=answer).state
    resume_channel(inbox=inbox, actor=SYSTEM)
    run_jobs()

    assert waited == "queued"
    assert len(side.got) == calls + 1
    assert Delivery.objects.get(message=answer).state == "sent"


def test_who_wants_no_more_words_gets_none(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    case = opened(inbox)
    knock(inbox, {"id": "b-1", "type": "blocked", "peer": "vera-17"})
    calls = len(side.got)

    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    assert len(side.got) == calls
    assert Delivery.objects.get(message=answer).verdict == "not_allowed"
    assert GateRefusal.objects.get().step == "blocked"

    knock(inbox, {"id": "b-2", "type": "unblocked", "peer": "vera-17"})
    reply(case=fresh(case), actor=acting(anna), text="Уже едет")
    run_jobs()

    assert side.got[-1]["text"] == "Уже едет"


def test_their_own_word_opens_the_way_again(side: OtherSide, anna: Agent) -> None:
    inbox = make_channel(side.url)
    opened(inbox)
    knock(inbox, {"id": "b-1", "type": "blocked", "peer": "vera-17"})

    knock(inbox, word("m-2", "Я снова тут"))

    assert ContactPoint.objects.get().bounce == ""


def test_a_door_without_an_address_only_takes_in(anna: Agent) -> None:
    case = opened(make_channel())

    answer = reply(case=case, actor=acting(anna), text="Завтра")
    run_jobs()

    assert set(GateRefusal.objects.values_list("step", flat=True)) == {"one_way"}
    assert Delivery.objects.get(message=answer).state == "failed"


def test_nobody_reads_along(side: OtherSide, anna: Agent) -> None:
    case = opened(make_channel(side.url))
    both = Recipients(to=(Address(email="vera-17"),), cc=(Address(email="boss@mail.example"),))

    with refused("no_copies_here"):
        reply(case=case, actor=acting(anna), text="Завтра", recipients=both, confirmed=frozenset({"boss@mail.example"}))


# ── The door itself ───────────────────────────────────────────────────────────────────────
def test_a_door_is_made_once_and_keeps_its_route(side: OtherSide) -> None:
    first = make_channel()
    again = make_channel(side.url)

    assert (first.pk, first.route) == (again.pk, again.route)
    assert len(first.route) >= 32
    assert SECRET not in Inbox.objects.get(kind="http").secrets


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"secret": "short"}, "secret_short"),
        ({"base_url": "ftp://shop.example"}, "channel_url_refused"),
        ({"base_url": "http://127.0.0.1/"}, "channel_url_refused"),
    ],
)
def test_a_door_that_could_not_work_is_not_made(values: dict[str, str], code: str) -> None:
    with refused(code):
        add_http_channel(**{"name": "shop", "secret": SECRET, "actor": SYSTEM} | values)  # type: ignore[arg-type]

    assert not Inbox.objects.filter(kind="http").exists()


def test_a_new_secret_holds_at_once(side: OtherSide, anna: Agent) -> None:
    inbox, body = make_channel(side.url), json.dumps(word()).encode()

    edit_http_channel(inbox=inbox, actor=SYSTEM, base_url=side.url, secret="quite another secret", team=None)

    assert knock(inbox, body)[0] == 403
    assert knock(inbox, body, header=signed(body, secret="quite another secret"))[0] == 200


def test_the_check_asks_the_other_side(side: OtherSide) -> None:
    alive, dead = make_channel(side.url), make_channel("http://127.0.0.1:9/otklik", name="dead")

    assert check_channel(inbox=alive, actor=SYSTEM) == ""
    assert "ConnectionRefusedError" in check_channel(inbox=dead, actor=SYSTEM)


def test_only_admins_touch_doors(anna: Agent) -> None:
    inbox, actor = make_channel(), acting(anna)

    with refused("not_allowed"):
        add_http_channel(name="shop", secret=SECRET, actor=actor)
    with refused("not_allowed"):
        edit_http_channel(inbox=inbox, actor=actor, base_url="", secret="", team=None)
    with refused("not_allowed"):
        check_channel(inbox=inbox, actor=actor)
    with refused("not_allowed"):
        pause_channel(inbox=inbox, actor=actor)
    with refused("not_allowed"):
        resume_channel(inbox=inbox, actor=actor)


def test_a_door_that_is_not_there() -> None:
    with refused("not_found"):
        door_by_id(0)


def test_a_word_of_unknown_outcome_is_repeated_under_its_id(side: OtherSide, anna: Agent) -> None:
    case = opened(make_channel(side.url))
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    hour_ago = timezone.now() - timedelta(hours=1)

    for _killed in range(3):
        Delivery.objects.filter(message=answer).update(state="sending", claimed_at=hour_ago, attempts=1)
        mind_the_outbox()
    row = Delivery.objects.get(message=answer)
    Delivery.objects.filter(pk=row.pk).update(next_at=None)
    run_jobs()

    assert row.state == "queued"
    assert [said["id"] for said in side.got if said["text"] == "Завтра"] == [answer.external_id]


def test_a_later_try_goes_on_after_what_was_taken(side: OtherSide, anna: Agent) -> None:
    case = opened(make_channel(side.url))
    answer = reply(case=case, actor=acting(anna), text="Завтра")
    Delivery.objects.filter(message=answer).update(taken=["theirs-9"])
    calls = len(side.got)

    run_jobs()

    assert len(side.got) == calls
    assert Delivery.objects.get(message=answer).state == "sent"
