"""Every channel keeps the contract: pure where it says so, a golden file for each happening, a test of each ability."""

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reach.adapters import channels
from otklik.reach.adapters.channels import (
    Abilities,
    Admitted,
    ByPeer,
    Channel,
    Door,
    FileLost,
    FileRef,
    Knock,
    OutgoingFile,
    Rejected,
    Word,
)
from otklik.reach.adapters.compose import Outgoing
from otklik.reach.adapters.incoming import Address, Incoming, Unreadable
from otklik.reach.adapters.registry import CHANNELS
from otklik.ui.letters import Button, House
from tests.building import letter
from tests.reach.channels.other_side import SECRET, signed

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
BODY = b'{"id": "1", "peer": "vera-17", "text": "?"}'
PROOFS: Mapping[str, tuple[bytes, Mapping[str, str]]] = {
    "http": (BODY, {"x-otklik-signature": signed(BODY, at=int(NOW.timestamp()))}),
    "telegram": (b'{"update_id": 1}', {"x-telegram-bot-api-secret-token": SECRET}),
    "max": (b'{"update_type": "bot_stopped", "chat_id": 1}', {"x-max-bot-api-secret": SECRET}),
    "vk": (json.dumps({"type": "message_allow", "group_id": 238, "secret": SECRET, "object": {}}).encode(), {}),
}
"""What each messenger would bring, and how it proves who it is."""
FORGED: Mapping[str, bytes] = {"vk": b'{"type": "message_allow", "group_id": 238, "secret": "?"}'}
"""Where the proof is part of what is brought."""


def door(kind: str) -> Door:
    settings = {"trusted_hosts": (), "own_domains": (), "base_url": "https://shop.example/otklik", "is_ours": False}
    settings["group"] = "238"
    return Door(kind=kind, id=1, address="help@gorizont.example", settings=settings, secret=lambda _name: SECRET)


def word(kind: str, *, html: str = "<p>Завтра</p>", **more: Any) -> Word:
    dressed = Outgoing(
        message_id="answer.1@gorizont.example",
        sender=Address(email="help@gorizont.example"),
        reply_to="",
        to=[Address(email="ivan@mail.example")],
        subject="Заказ",
        words="Завтра",
        house=House(name="Горизонт"),
        at=NOW,
    )
    return Word(
        id="answer.1",
        to=("17",),
        text="Завтра",
        html=html,
        letter=dressed if CHANNELS[kind].abilities.is_letter else None,
        **more,
    )


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("the network was touched")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("kind", CHANNELS)
def test_what_must_be_pure_touches_neither_network_nor_database(kind: str) -> None:
    one: Channel = CHANNELS[kind]

    one.admit(door(kind), Knock(headers={}, body=BODY, at=NOW))
    one.key(BODY)
    one.understand(BODY, door(kind))
    assert one.write(word(kind), door(kind))


@pytest.mark.parametrize("kind", CHANNELS)
@given(
    raw=st.binary(max_size=300)
    | st.builds(
        lambda value: json.dumps(value).encode(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", "peer", "type", "text", "files", "person", "at", "message_id"]), inner
                )
            ),
            max_leaves=9,
        ),
    )
)
def test_whatever_comes_is_understood_somehow(kind: str, raw: bytes) -> None:
    happenings = CHANNELS[kind].understand(raw, door(kind))

    assert len(happenings) == 1
    assert isinstance(happenings[0], (Incoming, Unreadable, *get_args(ByPeer.__value__)))


# ── Golden files ──────────────────────────────────────────────────────────────────────────
def golden() -> list[str]:
    return sorted(path.name for path in GOLDEN.glob("*.json"))


def as_told(one: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps({"kind": type(one).__name__, **asdict(one)}, default=_moment))
    return told


def _moment(value: datetime) -> str:
    return value.isoformat()


@pytest.mark.parametrize("name", golden())
def test_what_comes_is_understood_as_it_was(name: str) -> None:
    kind = name.partition(".")[0]
    kept = json.loads((GOLDEN / name).read_text(encoding="utf-8"))

    understood = CHANNELS[kind].understand(json.dumps(kept["raw"]).encode(), door(kind))

    assert [as_told(one) for one in understood] == kept["happenings"]


STRANGE: list[Any] = [None, True, -1, 2**70, 1.5, "", "\ud800", [], [1], {}, {"a": 1}]


def with_strange_parts(told: Any) -> Iterator[Any]:
    """The same with one part after the other replaced by what nobody would expect there."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from ({**told, name: strange} for strange in STRANGE)
            yield from ({**told, name: inner} for inner in with_strange_parts(value))
    elif isinstance(told, list):
        yield from ([inner] for value in told for inner in with_strange_parts(value))


@pytest.mark.parametrize("name", golden())
def test_no_part_of_what_comes_is_trusted(name: str) -> None:
    kind = name.partition(".")[0]
    told = json.loads((GOLDEN / name).read_text(encoding="utf-8"))["raw"]

    for strange in with_strange_parts(told):
        raw = json.dumps(strange).encode()
        [one] = CHANNELS[kind].understand(raw, door(kind))
        json.dumps(as_told(one), ensure_ascii=False).encode()  # half a surrogate pair is no letter
        CHANNELS[kind].key(raw).encode()


@pytest.mark.parametrize("kind", [kind for kind, one in CHANNELS.items() if not one.abilities.is_letter])
def test_every_happening_that_a_channel_tells_has_a_golden_file(kind: str) -> None:
    kept = [json.loads((GOLDEN / name).read_text(encoding="utf-8")) for name in golden() if name.startswith(f"{kind}.")]
    shown = {one["kind"] for file in kept for one in file["happenings"]}

    assert shown == {one.__name__ for one in CHANNELS[kind].abilities.tells}


def test_every_happening_is_told_by_a_channel() -> None:
    told = {kind for one in CHANNELS.values() for kind in one.abilities.tells}

    assert set(get_args(ByPeer.__value__)) | {Incoming, Unreadable} == told


# ── Abilities ─────────────────────────────────────────────────────────────────────────────
def is_letter(kind: str) -> bool:
    try:
        CHANNELS[kind].write(Word(id="1", to=("vera-17",), text="Завтра"), door(kind))
    except ValueError:
        return True
    return False


def has_hook(kind: str) -> bool:
    body, proof = PROOFS.get(kind, (BODY, {}))
    genuine, forged = Knock(headers=proof, body=body, at=NOW), Knock(headers={}, body=FORGED.get(kind, body), at=NOW)
    answers = [CHANNELS[kind].admit(door(kind), knock) for knock in (genuine, forged)]
    no = answers[1]
    return isinstance(answers[0], Admitted) and isinstance(no, Rejected) and no.status == 403


def has_buttons(kind: str) -> bool:
    button = Button(label="Да, решено", url="https://desk.example/a/1")
    [part] = CHANNELS[kind].write(word(kind, buttons=[button]), door(kind))
    return b"https://desk.example/a/1" in part.content


def has_presses(kind: str) -> bool:
    button = Button(label="Да, решено", url="https://desk.example/a/1", press="solved:yes")
    [part] = CHANNELS[kind].write(word(kind, buttons=[button]), door(kind))
    return b"solved:yes" in part.content


def text_most(kind: str) -> bool:
    """Longer words leave as several parts, none of which is longer."""
    most, whole = CHANNELS[kind].abilities.text_most, word(kind, html="")
    parts = CHANNELS[kind].write(replace(whole, text="слово " * 9000, html=""), door(kind))
    return len(parts) > 1 and all(len(part.content.decode()) <= most + 1000 for part in parts)


def sent_bytes(kind: str) -> bool:
    """A file one byte too large is named with its address instead."""
    most = CHANNELS[kind].abilities.sent_bytes
    film = OutgoingFile(
        name="a.mov", content_type="video/quicktime", size=most + 1, url="https://desk.example/f", read=bytes
    )
    parts = CHANNELS[kind].write(word(kind, files=[film]), door(kind))
    return most > 0 and not any(part.files for part in parts) and b"https://desk.example/f" in parts[-1].content


def stale_after(kind: str) -> bool:
    """Only what is said from mouth to mouth gets out of date."""
    return not CHANNELS[kind].abilities.is_letter and kind != "http"


def is_foreign(kind: str) -> bool:
    return kind == "telegram"


def is_repeatable(kind: str) -> bool:
    """The same word has the same mark at every try, and the other side is told so."""
    first, second = (CHANNELS[kind].write(word(kind), door(kind)) for _try in range(2))
    marks = (b'"id": "answer.1"', b'"random_id"')
    return list(first) == list(second) and any(mark in first[0].content for mark in marks)


def file_bytes(kind: str) -> bool:
    """Whether there are files that are fetched."""
    with pytest.raises(FileLost) as lost:
        CHANNELS[kind].bring(door(kind), FileRef(name="a", url="ftp://shop.example/a"))
    return lost.value.reason != "inside_the_letter"


def tells(kind: str) -> bool:
    raw = letter() if CHANNELS[kind].abilities.is_letter else PROOFS[kind][0]
    return {type(one) for one in CHANNELS[kind].understand(raw, door(kind))} <= CHANNELS[kind].abilities.tells


SHOWN_BY: Mapping[str, Any] = {
    "is_letter": is_letter,
    "has_hook": has_hook,
    "has_buttons": has_buttons,
    "is_repeatable": is_repeatable,
    "file_bytes": file_bytes,
    "tells": tells,
    "has_presses": has_presses,
    "text_most": text_most,
    "sent_bytes": sent_bytes,
    "stale_after": stale_after,
    "is_foreign": is_foreign,
}


def test_every_ability_has_a_test() -> None:
    assert [one.name for one in fields(Abilities)] == list(SHOWN_BY)


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("ability", SHOWN_BY)
def test_a_channel_can_what_it_says(kind: str, ability: str) -> None:
    assert SHOWN_BY[ability](kind) is bool(getattr(CHANNELS[kind].abilities, ability))


def test_the_contract_is_read_in_one_sitting() -> None:
    assert len(Path(channels.__file__).read_text(encoding="utf-8").splitlines()) <= 360
