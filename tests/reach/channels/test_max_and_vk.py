"""MAX and VK: where they differ from Telegram."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.reach.actions import admit, deliver
from otklik.reach.adapters.channels import Word
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.max import calling as of_max
from otklik.reach.adapters.max.calling import trust_for
from otklik.reach.adapters.vk.writing import written
from otklik.reach.models import Delivery, Inbox, Message, RawMessage
from otklik.reach.polling import Poller
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, run_jobs
from tests.reach.channels.messengers import CUT, Fake, FakeMax, FakeVk, knock, open_door, serving

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    with serving(request.param()) as one:
        yield one


of_both = pytest.mark.parametrize("fake", [FakeMax, FakeVk], indirect=True, ids=["max", "vk"])
only_max = pytest.mark.parametrize("fake", [FakeMax], indirect=True, ids=["max"])
only_vk = pytest.mark.parametrize("fake", [FakeVk], indirect=True, ids=["vk"])


def answered(fake: Fake, anna: Agent, text: str = "Завтра", **more: Any) -> Delivery:
    case = Case.objects.get()
    message = reply(case=fresh(case), actor=acting(anna), text=text, **more)
    run_jobs()
    return Delivery.objects.get(message=message)


@of_both
def test_a_dead_token_shuts_the_door(fake: Fake, anna: Agent) -> None:
    inbox = open_door(fake)
    knock(fake, inbox, fake.word("Где заказ?"))
    dead = (401, {"code": "verify.token", "message": "?"}), (200, {"error": {"error_code": 5, "error_msg": "?"}})
    fake.will("POST /messages", dead[0])
    fake.will("messages.send", dead[1])

    row = answered(fake, anna)

    assert (row.state, row.verdict, row.attempts) == ("queued", "door_broken", 0)
    assert Inbox.objects.get(pk=inbox.pk).problem == "HTTP 401 token"


@of_both
def test_all_files_leave_together(fake: Fake, anna: Agent) -> None:
    inbox = open_door(fake)
    knock(fake, inbox, fake.word("Где заказ?"))
    before = len(fake.said)

    row = answered(
        fake, anna, "Вот", files=[IncomingFile(name=f"{n}.png", content_type="image/png", content=PNG) for n in "12"]
    )

    [said] = fake.said[before:]
    hung = said.values.get("attachment") or [one["type"] for one in said.values["attachments"]]
    assert hung in ("photo-238_5_k,photo-238_5_k", ["image", "image"])
    assert row.state == "sent"


@of_both
def test_news_are_asked_for(fake: Fake, anna: Agent) -> None:
    inbox = open_door(fake, mode="poll")
    fake.news = [fake.word("Раз")]
    fake.will("groups.getLongPollServer", (200, {"response": {"server": f"{fake.url}/lp", "key": "k", "ts": "1"}}))
    fake.will("lp", (200, {"ts": "2", "updates": fake.news}))

    assert Poller(inbox).ask_once(seconds=0) == 1
    run_jobs()

    assert Message.objects.get(direction="in").text == "Раз"
    assert Inbox.objects.get(pk=inbox.pk).imap_state["place"] in {
        "7",
        json.dumps({"server": f"{fake.url}/lp", "key": "k", "ts": "2"}),
    }


# ── MAX ───────────────────────────────────────────────────────────────────────────────────
@only_max
@pytest.mark.parametrize("is_there", [True, False])
def test_a_word_of_unknown_outcome_is_looked_for(fake: Fake, anna: Agent, *, is_there: bool) -> None:
    knock(fake, open_door(fake), fake.word("Где заказ?"))
    there = {"sender": {"is_bot": True}, "body": {"mid": "mid.found", "text": "Анна Смирнова\nЗавтра"}}
    fake.will("POST /messages", CUT)
    fake.will("GET /messages", (200, {"messages": [there] if is_there else []}))

    row = answered(fake, anna)

    assert (row.state, row.taken) == (("sent", ["mid.found"]) if is_there else ("queued", []))


@only_max
def test_a_file_that_is_not_ready_is_asked_for_again(fake: Fake, anna: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_max, "WAITS", (0, 0, 0))
    knock(fake, open_door(fake), fake.word("Где заказ?"))
    fake.will("POST /messages", *[(400, {"code": "attachment.not.ready", "message": "?"})] * 2)

    row = answered(fake, anna, files=[IncomingFile(name="1.pdf", content_type="application/pdf", content=b"%PDF")])

    assert row.state == "sent"


@only_max
def test_a_refusal_that_calls_itself_a_success_is_known_by_its_code(fake: Fake, anna: Agent) -> None:
    knock(fake, open_door(fake), fake.word("Где заказ?"))
    fake.will("POST /messages", (200, {"success": False, "code": "chat.denied", "message": "?"}))

    assert answered(fake, anna).verdict == "blocked"


def test_the_ministrys_root_is_believed_for_max_alone() -> None:
    assert "BEGIN CERTIFICATE" in trust_for("https://platform-api2.max.ru/me")
    assert trust_for("https://api.telegram.org/") == trust_for("https://notmax.ru/") == ""


# ── VK ────────────────────────────────────────────────────────────────────────────────────
def called(inbox: Inbox, event: dict[str, Any]) -> tuple[int, bytes]:
    said = admit(kind="vk", route=inbox.route, headers={}, body=json.dumps(event).encode(), at=timezone.now())
    return said.status, said.answer


@only_vk
def test_the_first_call_is_answered_with_the_string_it_wants(fake: Fake) -> None:
    inbox = open_door(fake)

    assert called(inbox, {"type": "confirmation", "group_id": 238}) == (200, b"c0de")
    assert called(inbox, {"type": "confirmation", "group_id": 5})[0] == 403
    assert not RawMessage.objects.exists()


@only_vk
def test_an_event_without_the_secret_is_not_theirs(fake: Fake) -> None:
    inbox = open_door(fake)

    assert called(inbox, {**fake.word("?"), "secret": "another"})[0] == 403
    assert called(inbox, fake.word("?")) == (200, b"ok")


def test_the_same_word_has_the_same_number_at_every_try() -> None:
    word = Word(id="answer.1", to=("17",), text="слово " * 1500)

    numbers = [[json.loads(part.content)["values"]["random_id"] for part in written(word, most=1)] for _try in range(2)]

    assert numbers[0] == numbers[1]
    assert len(set(numbers[0])) == 3


@only_vk
def test_a_word_of_unknown_outcome_is_repeated_under_its_number(fake: Fake, anna: Agent) -> None:
    knock(fake, open_door(fake), fake.word("Где заказ?"))
    fake.will("messages.send", CUT)

    row = answered(fake, anna)
    Delivery.objects.filter(pk=row.pk).update(next_at=None)
    deliver(message_id=row.message_id)

    first, second = fake.said[-2:]
    assert first.values["random_id"] == second.values["random_id"]
    assert Delivery.objects.get(pk=row.pk).state == "sent"


@only_vk
def test_what_a_colleague_types_in_vk_stands_in_the_case(fake: Fake, anna: Agent) -> None:
    assert isinstance(fake, FakeVk)
    inbox = open_door(fake)
    knock(fake, inbox, fake.word("Где заказ?"))
    typed = {
        "id": 9,
        "conversation_message_id": 9,
        "peer_id": fake.peer,
        "from_id": -238,
        "admin_author_id": 4,
        "text": "Уже",
    }

    knock(fake, inbox, fake.event("message_reply", typed), fake.event("message_reply", typed))

    assert [(one.text, one.notices) for one in Message.objects.filter(notices__contains=["written_there"])] == [
        ("Уже", ["written_there"])
    ]


@only_vk
def test_our_word_is_known_by_its_number_in_the_talk(fake: Fake, anna: Agent) -> None:
    assert isinstance(fake, FakeVk)
    inbox = open_door(fake)
    knock(fake, inbox, fake.word("Где заказ?"))
    row = answered(fake, anna)
    number = int(row.taken[0].rpartition(":")[2])
    ours = {"id": number, "conversation_message_id": 77, "peer_id": fake.peer, "from_id": -238, "text": "Завтра"}
    knock(fake, inbox, fake.event("message_reply", ours))

    knock(fake, inbox, fake.word("Точно?", reply_message={"conversation_message_id": 77, "peer_id": fake.peer}))

    assert Message.objects.order_by("-id")[0].in_reply_to == row.message.external_id


@only_vk
def test_a_comment_in_public_is_kept_and_is_no_case(fake: Fake, anna: Agent) -> None:
    assert isinstance(fake, FakeVk)

    knock(fake, open_door(fake), fake.event("wall_reply_new", {"id": 5, "from_id": 17, "text": "Плохо"}))

    assert not Case.objects.exists()
    assert RawMessage.objects.get().body is not None
