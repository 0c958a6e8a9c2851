"""How Vera speaks with the house by each of its ways, for a story that is the same by all of them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes, policy
from typing import Any, Final

from django.test import Client

from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from tests.building import arrive, letter, make_inbox, outbox
from tests.portal.typing_in import link_in, once, send_form
from tests.reach.channels import messengers, other_side

VERA: Final = ("Вера Лунина", "vera@mail.example")
_LINK: Final = re.compile(r"https?://[^/\s\"<>]+(/answer/[\w-]+)")


class Way(ABC):
    """``kind``: as the case has it; ``may_shut``: a person can want no more words there."""

    kind: str
    may_shut = False

    @abstractmethod
    def says(self, text: str) -> None: ...

    @property
    @abstractmethod
    def heard(self) -> list[str]:
        """All that we said to her, as she reads it."""

    @abstractmethod
    def presses_yes(self) -> None: ...

    def shuts(self) -> None:
        raise NotImplementedError


class _Messenger(Way):
    may_shut = True

    def __init__(self, fake: messengers.Fake) -> None:
        self.fake, self.kind = fake, fake.kind
        self.inbox = messengers.open_door(fake)

    def says(self, text: str) -> None:
        assert messengers.knock(self.fake, self.inbox, self.fake.word(text)) == [200]

    @property
    def heard(self) -> list[str]:
        return [str(one.values) + self.fake.text(one) for one in self.fake.said]

    def presses_yes(self) -> None:
        asked = self.fake.said[-1]
        assert self.fake.presses(asked) == ["solved:yes", "solved:no"]
        messengers.knock(self.fake, self.inbox, self.fake.press(asked, "solved:yes"))

    def shuts(self) -> None:
        messengers.knock(self.fake, self.inbox, self.fake.block())


class _Program(Way):
    kind = "http"

    def __init__(self, side: other_side.OtherSide) -> None:
        self.side, self.count = side, 0
        self.inbox = other_side.make_channel(side.url)

    def says(self, text: str) -> None:
        self.count += 1
        assert other_side.knock(self.inbox, other_side.word(f"m-{self.count}", text))[0] == 200

    @property
    def heard(self) -> list[str]:
        return [f"{one['author']}\n{one['text']} {one['buttons']}" for one in self.side.got]

    def presses_yes(self) -> None:
        [yes] = [one["url"] for one in self.side.got[-1]["buttons"] if one["text"] == "Да, решено"]
        _answer(yes)


class _Mail(Way):
    kind = "email"

    def __init__(self) -> None:
        make_inbox()
        self.count = 0

    def says(self, text: str) -> None:
        self.count += 1
        name, address = VERA
        before = [str(message_from_bytes(one, policy=policy.default)["Message-ID"]) for one in outbox()][-1:]
        more = {"In_Reply_To": before[0]} if before else {}
        arrive(letter(text, From=f"{name} <{address}>", Message_ID=f"<m-{self.count}@mail.example>", **more))

    @property
    def heard(self) -> list[str]:
        return [_words(one) for one in outbox()]

    def presses_yes(self) -> None:
        _answer(self.heard[-1])


class _Form(_Mail):
    """The first word is typed on the site, the next on the page of the case."""

    kind = "form"

    def says(self, text: str) -> None:
        if self.count:
            Client().post(link_in(self.heard[-1]), {"once": once("more"), "text": text})
        else:
            send_form(Client(), text=text, name=VERA[0], email=VERA[1])
        self.count += 1
        run_jobs()


def _words(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _answer(text: str) -> None:
    """She opens the page of the question and presses."""
    link = _LINK.search(text)
    assert link is not None
    assert Client().post(link[1], {"solved": "yes"}).status_code == 302
    run_jobs()


@contextmanager
def _by_messenger(kind: str) -> Iterator[Way]:
    with messengers.serving(messengers.FAKES[kind]()) as fake:
        yield _Messenger(fake)


@contextmanager
def _by_program() -> Iterator[Way]:
    with other_side.other_side() as side:
        yield _Program(side)


@contextmanager
def _by(way: Callable[[], Way]) -> Iterator[Way]:
    yield way()


def _messenger(kind: str) -> Callable[[], AbstractContextManager[Way]]:
    return lambda: _by_messenger(kind)


WAYS: Final[Mapping[str, Any]] = {
    **{kind: _messenger(kind) for kind in messengers.FAKES},
    "http": _by_program,
    "email": lambda: _by(_Mail),
    "form": lambda: _by(_Form),
}
