"""An address that is forgotten stands on no letter of anybody else; who wrote beside it stays."""

import pytest

from otklik.reach.actions import erase_addresses
from otklik.reach.models import Message
from tests.building import IVAN, arrive, letter, make_agent

pytestmark = pytest.mark.django_db
PETR, VERA = "petr@mail.example", "vera@mail.example"
type People = dict[str, list[dict[str, str]] | str]


def people(*, to: tuple[str, ...] = (), cc: tuple[str, ...] = (), reply_to: str = "") -> People:
    found: People = {"to": [{"email": one} for one in to], "cc": [{"email": one} for one in cc]}
    return found | ({"reply_to": reply_to} if reply_to else {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (people(to=(IVAN, VERA)), people(to=(VERA,))),
        (people(to=(VERA,), cc=(IVAN, PETR)), people(to=(VERA,), cc=(PETR,))),
        (people(to=(VERA,), reply_to=IVAN), people(to=(VERA,))),
        (people(to=(IVAN,), reply_to=PETR), people(reply_to=PETR)),
        (people(cc=(VERA,), reply_to=PETR), people(cc=(VERA,), reply_to=PETR)),
    ],
    ids=["to", "cc", "answers", "others-answers", "nothing-of-theirs"],
)
def test_a_forgotten_address_is_no_recipient(before: People, after: People) -> None:
    make_agent()
    arrive(letter(From=PETR))
    theirs = Message.objects.filter(direction=Message.Direction.IN)
    theirs.update(people=before)

    erase_addresses(addresses=[IVAN])

    assert theirs.get().people == after
