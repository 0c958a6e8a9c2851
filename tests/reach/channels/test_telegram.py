"""Telegram: what its bot hears, what it says, and what becomes of words whose fate nobody knows."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import answer_and_solve, believe_it_arrived, reply
from otklik.cases.models import Alert, Case
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.actions import deliver, make_start_link, resume_channel
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.adapters.channels import OutgoingFile, Word
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.telegram.writing import written
from otklik.reach.models import Attachment, Conversation, Delivery, GateRefusal, Inbox, Message, RawMessage, StartMark
from otklik.reach.polling import Poller
from otklik.team.models import Agent
from otklik.ui.letters import Button
from tests.building import acting, customer_actor, fresh, make_agent, make_case, refused, run_jobs
from tests.reach.channels.messengers import CUT, SECRET, TOKEN, FakeTelegram, knock, open_door, opened_door, serving

pytestmark = pytest.mark.django_db
NO = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
BUSY = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 45}}


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving(FakeTelegram()) as one:
        yield one


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def opened(fake: FakeTelegram, inbox: Inbox) -> Case:
    assert knock(fake, inbox, fake.word("Где мой заказ?")) == [200]
    return Case.objects.get()


def answered(case: Case, anna: Agent, text: str = "Завтра", **more: Any) -> Delivery:
    message = reply(case=case, actor=acting(anna), text=text, **more)
    run_jobs()
    return Delivery.objects.get(message=message)


def tried_again(*rows: Delivery) -> None:
    """Their time has come."""
    for row in rows:
        Delivery.objects.filter(pk=row.pk).update(next_at=None)
        deliver(message_id=row.message_id)


# ── In ────────────────────────────────────────────────────────────────────────────────────
def test_a_word_becomes_a_case_and_its_owner_is_named(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)

    case = opened(fake, inbox)

    assert (case.owner, case.channel, case.customer.name) == (anna, "telegram", "Вера Лунина")
    assert ContactPoint.objects.get().value == str(fake.peer)
    assert fake.said[-1].values["text"].startswith("Анна Смирнова\nВера Лунина, ваше обращение у меня")


@pytest.mark.parametrize("secret", ["", "another"])
def test_without_the_secret_it_is_not_them(fake: FakeTelegram, secret: str) -> None:
    inbox = open_door(fake)

    statuses = knock(fake, inbox, fake.word("?"), **{"X-Telegram-Bot-Api-Secret-Token": secret})

    assert statuses == [403]
    assert Inbox.objects.get(pk=inbox.pk).forged == 1
    assert not RawMessage.objects.exists()


def test_an_update_counts_once_however_often_it_comes(fake: FakeTelegram, anna: Agent) -> None:
    inbox, word = open_door(fake), fake.word("Где заказ?")

    knock(fake, inbox, word, word)

    assert Message.objects.filter(direction="in").count() == 1


def test_four_pictures_of_an_album_are_one_message(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    for number in range(4):
        fake.files[f"/file/bot{TOKEN}/files/p{number}"] = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 20
    pictures = [
        fake.update(message=fake.message(media_group_id="7", photo=[{"file_id": f"p{number}", "width": 1}], **more))
        for number, more in enumerate([{"caption": "Вот"}, {}, {}, {}])
    ]

    knock(fake, inbox, *pictures)

    message = Message.objects.get(direction="in")
    assert Case.objects.count() == 1
    assert message.text == "Вот"
    assert Attachment.objects.filter(message=message).count() == 4
    answer = fake.word(
        "Вторая", reply_to_message={"message_id": pictures[1]["message"]["message_id"], "chat": {"id": fake.peer}}
    )
    knock(fake, inbox, answer)
    assert Message.objects.order_by("-id")[0].in_reply_to == message.external_id


def test_a_file_too_large_is_told_and_not_fetched(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    large = {"file_id": "d", "file_name": "видео.mov", "file_size": 20_000_001}

    knock(fake, inbox, fake.update(message=fake.message(document=large)))

    message = Message.objects.get(direction="in")
    assert [(one["name"], one["reason"]) for one in message.lost] == [("видео.mov", "too_large")]
    assert "getFile" not in [one.method for one in fake.asked]


def test_a_link_to_a_file_that_is_over_loses_the_file_alone(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)

    knock(fake, inbox, fake.update(message=fake.message(caption="Чек", document={"file_id": "gone"})))

    message = Message.objects.get(direction="in")
    assert (message.text, [one["reason"] for one in message.lost]) == ("Чек", ["404"])


def test_a_voice_message_says_what_it_is(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)

    knock(fake, inbox, fake.update(message=fake.message(voice={"file_id": "v", "duration": 12})))

    assert [(one["kind"], one["seconds"]) for one in Message.objects.get(direction="in").besides] == [("voice", 12)]


def test_an_edit_shows_what_stood_before(fake: FakeTelegram, anna: Agent) -> None:
    inbox, word = open_door(fake), fake.word("Где заказ 12?")
    knock(fake, inbox, word)

    knock(
        fake,
        inbox,
        fake.update(edited_message={**word["message"], "text": "Где заказ 13?", "edit_date": 1_764_486_060}),
    )

    message = Message.objects.get(direction="in")
    assert (message.text, [one["text"] for one in message.earlier]) == ("Где заказ 13?", ["Где заказ 12?"])


def test_a_group_gets_one_polite_line_and_no_case(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    chat = {"id": -100123, "type": "supergroup", "title": "Соседи"}
    words = [fake.update(message={"message_id": number, "chat": chat, "text": "Бот!"}) for number in range(3)]

    knock(fake, inbox, *words)

    assert not Case.objects.exists()
    assert [one.values["chat_id"] for one in fake.said] == [-100123]


def test_opening_the_talk_is_greeted_and_opens_no_case(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)

    knock(fake, inbox, fake.word("/start"))

    assert not Case.objects.exists()
    assert len(fake.said) == 1


def test_what_leaves_no_word_keeps_no_bytes(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    opened(fake, inbox)

    knock(fake, inbox, fake.block())

    assert [raw.body is None for raw in RawMessage.objects.order_by("id")] == [False, True]


# ── Asked for ─────────────────────────────────────────────────────────────────────────────
def test_news_are_asked_for_where_nobody_sees_us(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake, mode="poll")
    fake.news = [fake.word("Раз"), fake.word("Два")]
    poller = Poller(inbox)

    counts = [poller.ask_once(seconds=0), poller.ask_once(seconds=0)]
    run_jobs()

    assert counts == [2, 0]
    assert [one.text for one in Message.objects.filter(direction="in").order_by("id")] == ["Раз", "Два"]
    assert Inbox.objects.get(pk=inbox.pk).imap_state == {"place": str(fake.news[-1]["update_id"] + 1)}
    assert Poller(Inbox.objects.get(pk=inbox.pk)).ask_once(seconds=0) == 0


def test_a_token_that_is_dead_shuts_the_door_and_ends_the_asking(fake: FakeTelegram) -> None:
    admin = make_agent("Ада Админ", "ada@gorizont.example", Role.ADMIN)
    inbox = open_door(fake, mode="poll")
    fake.will("getUpdates", (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))

    poller = Poller(inbox)
    poller.tend(0)
    run_jobs()

    assert poller.stop.is_set()
    assert Inbox.objects.get(pk=inbox.pk).problem == "HTTP 401 token"
    assert Alert.objects.filter(agent=admin, reason="reach.door_broken").count() == 1


# ── Out ───────────────────────────────────────────────────────────────────────────────────
def test_an_answer_keeps_its_looks_and_what_it_answers(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))

    row = answered(case, anna, "😀 Он **уже** [едет](https://shop.example/12).")

    said = fake.said[-1].values
    looks = [(one["type"], one["offset"], one["length"]) for one in said["entities"]]
    assert said["text"] == "Анна Смирнова\n😀 Он уже едет."
    assert looks == [("bold", 0, 13), ("bold", 20, 3), ("text_link", 24, 4)]
    assert said["reply_parameters"]["allow_sending_without_reply"] is True
    assert said["link_preview_options"] == {"is_disabled": True}
    assert (row.state, row.taken) == ("sent", [f"{fake.peer}:{fake.number}"])


def test_looks_that_it_does_not_understand_leave_as_plain_text(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    fake.will(
        "sendMessage", (400, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"})
    )

    row = answered(case, anna, "Он **уже** [едет](https://shop.example/12).")

    assert fake.text(fake.said[-1]) == "Он уже едет (https://shop.example/12)."
    assert "entities" not in fake.said[-1].values
    assert row.state == "sent"


def test_all_files_leave_as_one_album_with_the_words(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    files = [
        IncomingFile(name=f"{n}.png", content_type="image/png", content=b"\x89PNG\r\n\x1a\n" + b"0" * n)
        for n in (1, 2, 3)
    ]

    row = answered(case, anna, "Три снимка", files=files)

    said = fake.said[-1]
    media = json.loads(said.values["media"])
    assert said.method == "sendMediaGroup"
    assert [one.get("caption") for one in media] == ["Анна Смирнова\nТри снимка", None, None]
    assert [name for name, _content in said.files.values()] == ["1.png", "2.png", "3.png"]
    assert row.taken == [f"{fake.peer}:{fake.number - 2}"]
    knock(
        fake,
        Inbox.objects.get(kind="telegram"),
        fake.word("Второй?", reply_to_message={"message_id": fake.number - 1, "chat": {"id": fake.peer}}),
    )
    assert Message.objects.order_by("-id")[0].in_reply_to == row.message.external_id


@pytest.mark.parametrize("count", [1, 3])
def test_a_long_word_is_torn_between_words(count: int) -> None:
    text = "слово " * 680 * count

    parts = written(Word(id="1", to=("1",), text=text))

    texts = [json.loads(part.content)["values"]["text"] for part in parts]
    assert len(texts) == count
    assert " ".join(texts) == text.strip()


def test_buttons_that_lead_to_our_own_network_stand_in_the_text() -> None:
    outside, inside = (
        Button(label="Открыть", url=url) for url in ("https://desk.example/1", "http://localhost:8000/1")
    )

    [part] = written(Word(id="1", to=("1",), text="Вот", buttons=[outside, inside]))

    values = json.loads(part.content)["values"]
    assert values["reply_markup"]["inline_keyboard"] == [[{"text": "Открыть", "url": "https://desk.example/1"}]]
    assert values["text"] == "Вот\n\nОткрыть: http://localhost:8000/1"


def test_a_file_that_is_too_large_to_leave_is_named_with_its_address() -> None:
    film = OutgoingFile(
        name="film.mov", content_type="video/quicktime", size=50_000_001, url="https://desk.example/f", read=bytes
    )

    [part] = written(Word(id="1", to=("1",), text="Вот", files=[film]))

    assert json.loads(part.content)["values"]["text"] == "Вот\n\nfilm.mov: https://desk.example/f"


def test_the_customers_word_by_a_button(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = opened(fake, inbox)
    answer_and_solve(case=case, actor=acting(anna), text="Привезли.")
    run_jobs()
    asked = fake.said[-1]

    assert fake.presses(asked) == ["solved:yes", "solved:no"]
    knock(fake, inbox, fake.press(asked, "solved:no"))
    back = fresh(case).state
    answer_and_solve(case=fresh(case), actor=acting(anna), text="Теперь точно.")
    run_jobs()
    press = fake.press(fake.said[-1], "solved:yes")
    knock(fake, inbox, press, press)

    assert back == Case.State.OPEN
    assert fresh(case).state == Case.State.SATISFIED
    assert [one.method for one in fake.asked].count("answerCallbackQuery") == 2


@pytest.mark.parametrize("how", ["cut", "gateway"])
def test_a_word_of_unknown_outcome_is_never_sent_again_by_itself(fake: FakeTelegram, anna: Agent, how: str) -> None:
    case = opened(fake, open_door(fake))
    fake.will("sendMessage", CUT if how == "cut" else (502, "<html>Bad Gateway</html>"))
    before = len(fake.said)

    row = answered(case, anna)
    mind_the_outbox()
    run_jobs()

    assert (row.state, row.verdict) == ("failed", "unknown")
    assert len(fake.said) == before + 1
    assert fresh(case).is_undelivered


def test_killed_while_it_was_sent_it_is_left_to_its_author(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    row = answered(case, anna)
    Delivery.objects.filter(pk=row.pk).update(state="sending", claimed_at=timezone.now() - timedelta(hours=1))
    before = len(fake.said)

    mind_the_outbox()
    run_jobs()

    assert Delivery.objects.get(pk=row.pk).verdict == "unknown"
    assert len(fake.said) == before


def test_who_has_blocked_the_bot_gets_nothing_and_the_case_comes_back(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    fake.will("sendMessage", (403, NO))

    row = answered(case, anna)
    again = answered(fresh(case), anna, "Ещё раз")

    assert (row.state, row.verdict, again.verdict) == ("failed", "blocked", "not_allowed")
    assert ContactPoint.objects.get().bounce == "hard"


def test_too_many_words_wait_as_long_as_it_says(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    fake.will("sendMessage", (429, BUSY))

    row = answered(case, anna)

    assert (row.state, row.verdict, row.attempts) == ("queued", "throttled", 0)
    assert row.next_at is not None
    assert 40 < (row.next_at - timezone.now()).total_seconds() <= 45


def test_a_dead_token_shuts_the_door_once_and_burns_no_attempt(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = opened(fake, inbox)
    fake.will("sendMessage", (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))

    rows = [answered(fresh(case), anna, f"Ответ {number}") for number in range(3)]
    resume_channel(inbox=Inbox.objects.get(pk=inbox.pk), actor=SYSTEM)
    run_jobs()

    assert {(row.state, row.attempts, row.verdict) for row in rows} == {("queued", 0, "door_broken")}
    assert Event.objects.filter(name="reach.door_broken").count() == 1
    assert [fake.text(one) for one in fake.said[-3:]] == ["Ответ 0", "Ответ 1", "Ответ 2"]


def test_a_later_word_waits_for_the_one_before(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    fake.will("sendMessage", (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}))

    first = answered(case, anna, "Раз")
    second = answered(fresh(case), anna, "Два")
    tried_again(second, first, second)

    assert (second.state, second.attempts) == ("queued", 0)
    assert [fake.text(one) for one in fake.said[-2:]] == ["Раз", "Два"]


def test_a_late_retry_never_overtakes_their_next_word(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = opened(fake, inbox)
    fake.will("sendMessage", (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}))
    row = answered(case, anna, "Завтра")
    knock(fake, inbox, fake.word("Уже получила, спасибо"))
    before = len(fake.said)

    tried_again(row)
    mind_the_outbox()
    run_jobs()

    assert Delivery.objects.get(pk=row.pk).verdict == "out_of_date"
    assert [fake.text(one) for one in fake.said[before:]] == []


# ── The law ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("switch", ["receive_only", "off"])
def test_a_house_under_the_law_hears_and_says_nothing(fake: FakeTelegram, anna: Agent, switch: str) -> None:
    inbox = open_door(fake)
    set_policy("reach.foreign_messengers", switch)

    case = opened(fake, inbox)
    row = answered(case, anna)

    assert fake.said == []
    assert row.verdict == "not_allowed"
    assert set(GateRefusal.objects.values_list("step", flat=True)) == {"foreign_messenger"}


# ── Many matters, one peer ────────────────────────────────────────────────────────────────
def satisfied(fake: FakeTelegram, inbox: Inbox, anna: Agent) -> Case:
    case = opened(fake, inbox)
    answer_and_solve(case=case, actor=acting(anna), text="Привезли.")
    run_jobs()
    knock(fake, inbox, fake.press(fake.said[-1], "solved:yes"))
    return fresh(case)


def test_a_word_soon_after_comes_back_to_the_same_case(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = satisfied(fake, inbox, anna)

    knock(fake, inbox, fake.word("Не работает, однако"))

    assert Case.objects.count() == 1
    assert fresh(case).state == Case.State.OPEN
    assert Conversation.objects.get().ends_at is None


def test_a_word_much_later_is_another_case_of_the_same_owner(fake: FakeTelegram, anna: Agent) -> None:
    make_agent("Борис Белов", "boris@gorizont.example")
    inbox = open_door(fake)
    case = satisfied(fake, inbox, anna)
    Conversation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    knock(fake, inbox, fake.word("А можно вернуть учебник?"))

    second = Case.objects.exclude(pk=case.pk).get()
    assert (second.owner, fresh(case).state) == (anna, Case.State.SATISFIED)
    talk = Conversation.objects.get(is_current=True)
    assert talk.follows == Conversation.objects.get(is_current=False)
    assert second.threads.get().conversation == talk


def test_an_answer_to_an_old_word_belongs_to_its_case_whatever_its_age(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = satisfied(fake, inbox, anna)
    old = Message.objects.filter(direction="in").order_by("id")[0]
    Conversation.objects.update(ends_at=timezone.now() - timedelta(days=90))
    knock(fake, inbox, fake.word("А можно вернуть учебник?"))
    number = int(old.external_id.rpartition(":")[2])

    knock(fake, inbox, fake.word("Снова это", reply_to_message={"message_id": number, "chat": {"id": fake.peer}}))
    knock(fake, inbox, fake.word("И ещё вот что"))

    assert fresh(case).state == Case.State.OPEN
    assert Case.objects.count() == 2
    assert [one.text for one in Message.objects.filter(conversation=old.conversation, direction="in").order_by("id")][
        1:
    ] == [
        "Снова это",
        "И ещё вот что",
    ]


# ── The door itself ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"token": "two words"}, "token_missing"),
        ({"token": "110201543:another"}, "messenger_says_no"),
        ({"proxy": "socks5://proxy.example"}, "proxy_refused"),
        ({"ca": "no certificate"}, "ca_unreadable"),
        ({"is_operator": False}, "channel_url_refused"),
    ],
)
def test_a_door_that_could_not_work_is_not_opened(fake: FakeTelegram, wanted: dict[str, Any], code: str) -> None:
    with refused(code):
        open_door(fake, **wanted)

    assert not Inbox.objects.filter(kind="telegram").exists()


def test_one_bot_has_one_door_and_a_door_one_bot(fake: FakeTelegram) -> None:
    first = open_door(fake)

    with refused("account_known"):
        open_door(fake, name="second")
    assert open_door(fake, token="").pk == first.pk
    fake.will("getMe", (200, {"ok": True, "result": {"id": 5, "first_name": "Другой"}}))
    with refused("other_account"):
        open_door(fake)


def test_news_are_brought_where_the_house_asked_for_it(fake: FakeTelegram) -> None:
    inbox = open_door(fake)

    [asked] = [one for one in fake.asked if one.method == "setWebhook"]
    assert asked.values["url"].endswith(f"/hooks/telegram/{inbox.route}")
    assert asked.values["secret_token"] == SECRET


def test_a_hook_that_is_refused_is_told_and_the_door_stays(fake: FakeTelegram) -> None:
    fake.will(
        "setWebhook", (400, {"ok": False, "error_code": 400, "description": "Bad Request: HTTPS url must be provided"})
    )

    opened_ = opened_door(fake)

    assert "HTTPS url must be provided" in opened_.problem
    assert Inbox.objects.filter(kind="telegram", is_active=True).exists()


# ── From a case into the messenger ────────────────────────────────────────────────────────
def led(fake: FakeTelegram, case: Case) -> str:
    inbox = Inbox.objects.get(kind="telegram")
    conversation = Conversation.objects.get(thread__case=case)
    link = make_start_link(conversation=conversation, inbox=inbox, actor=customer_actor(case))
    return link.removeprefix("https://t.me/gorizont_help_bot?start=")


def test_a_link_of_the_case_joins_who_follows_it(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = make_case(owner=anna)
    mark = led(fake, case)

    knock(fake, inbox, fake.word(f"/start {mark}"), fake.word("Пишу отсюда"))

    assert Case.objects.count() == 1
    assert {one.kind for one in ContactPoint.objects.filter(customer=case.customer)} == {"email", "telegram:help"}
    assert fresh(case).preview == "Пишу отсюда"
    assert StartMark.objects.get().point is not None


def test_a_link_is_good_once_and_not_for_long(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    case = make_case(owner=anna)
    used, old = led(fake, case), led(fake, case)
    StartMark.objects.filter(pk=StartMark.objects.order_by("-id")[0].pk).update(expires_at=timezone.now())
    StartMark.objects.filter(pk=StartMark.objects.order_by("id")[0].pk).update(used_at=timezone.now())

    knock(fake, inbox, fake.word(f"/start {used}"), fake.word(f"/start {old}"), fake.word("/start made-up"))

    assert not ContactPoint.objects.filter(kind="telegram:help").exists()


def test_who_has_a_letter_box_of_their_own_is_not_taken_in(fake: FakeTelegram, anna: Agent) -> None:
    inbox = open_door(fake)
    other = opened(fake, inbox).customer
    ContactPoint.objects.create(customer=other, kind="email", value="vera@mail.example")
    case = make_case(owner=anna)

    knock(fake, inbox, fake.word(f"/start {led(fake, case)}"))

    assert ContactPoint.objects.get(kind="telegram:help").customer == other


def test_nobody_is_led_where_the_law_forbids(fake: FakeTelegram, anna: Agent) -> None:
    open_door(fake)
    set_policy("reach.foreign_messengers", "receive_only")

    with refused("no_way_there"):
        led(fake, make_case(owner=anna))


def test_an_unsure_word_is_settled_by_whoever_looked(fake: FakeTelegram, anna: Agent) -> None:
    case = opened(fake, open_door(fake))
    fake.will("sendMessage", CUT)
    row = answered(case, anna)

    believe_it_arrived(delivery=row, actor=acting(anna))
    run_jobs()

    assert Delivery.objects.get(pk=row.pk).state == "sent"
    assert not fresh(case).is_undelivered
    assert fresh(case).first_answered_at is not None
    with refused("changed_meanwhile"):
        believe_it_arrived(delivery=row, actor=acting(anna))
