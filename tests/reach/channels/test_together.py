"""Two workers at one talk."""

import pytest

from otklik.reach.actions.bringing import bring_all
from otklik.reach.actions.intake import take_in
from otklik.reach.models import Attachment, Conversation, Message, RawMessage
from tests.building import make_agent
from tests.reach.channels.other_side import knock, make_channel, other_side, word
from tests.together import at_once, locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)


@locks("reach.actions.hearing.hear_peer")
def test_two_first_words_of_one_person_are_one_talk() -> None:
    make_agent()
    inbox = make_channel()
    for number in (1, 2):
        knock(inbox, word(f"m-{number}"), run=False)
    first, second = RawMessage.objects.order_by("id").values_list("id", flat=True)

    said = while_open(lambda: take_in(raw_id=first), lambda: take_in(raw_id=second))

    assert said == ["done", "done"]
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 2


@locks("reach.actions.bringing.bring_all")
def test_two_workers_fetch_a_file_once() -> None:
    make_agent()
    with other_side() as side:
        side.files["/a.txt"] = b"120 rub"
        inbox = make_channel(side.url)
        place = side.url.removesuffix("/otklik")
        knock(inbox, word(files=[{"name": "a.txt", "url": f"{place}/a.txt"}]), run=False)
        take_in(raw_id=RawMessage.objects.get().pk)
        message = Message.objects.get()

        said = at_once(*[lambda: bring_all(message_id=message.pk)] * 2)

    assert said == ["done", "done"]
    assert Attachment.objects.count() == 1
