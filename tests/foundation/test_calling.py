"""Programs elsewhere are called at the address that was checked, in bounded time and size, never inside the house."""

import json
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from otklik.foundation.http import calling, pinned
from otklik.foundation.http.calling import Call, CallFailed, call, download, target_of
from tests.certificates import write_certificate
from tests.there import Play, falls_silent, says, there, trickles

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n"
BODY = b'{"is":"ok"}'


@pytest.fixture(autouse=True)
def this_machine_may_be_called(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


def leads(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> None:
    """Each look-up of a name has the next answer, the last one for ever."""
    rest = list(answers)

    def look_up(_host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        found = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(2, 1, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(calling.socket, "getaddrinfo", look_up)


# ── What is said and heard ────────────────────────────────────────────────────────────────
def test_a_call_says_what_it_is_told_to_and_hears_the_answer() -> None:
    with there(says(HEAD, BODY)) as program:
        heard = call(Call(url=program.url, method="POST", headers={"Content-Type": "text/plain"}, body="Да".encode()))

    head, _, body = program.asked[0].partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    said = dict(line.split(": ") for line in rest)
    assert first == "POST /path?is=this HTTP/1.1"
    assert said.pop("User-Agent").startswith("Otklik/")
    assert said == {
        "Host": f"127.0.0.1:{program.port}",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": "4",
        "Content-Type": "text/plain",
    }
    assert (heard.status, heard.is_good, heard.headers["content-type"]) == (200, True, "application/json")
    assert (body.decode(), heard.body, heard.json()) == ("Да", BODY, {"is": "ok"})


def test_an_answer_that_is_no_json_says_so() -> None:
    with there(says(HEAD.replace(b"11", b"2"), b"{{")) as program, pytest.raises(json.JSONDecodeError):
        call(Call(url=program.url)).json()


def test_proxies_that_the_environment_names_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with there(says(HEAD, BODY)) as proxy, there(says(HEAD, BODY)) as program:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        call(Call(url=program.url))

    assert (len(proxy.asked), len(program.asked)) == (0, 1)


@pytest.mark.parametrize(
    ("play", "why"),
    [
        (says(), "RemoteDisconnected"),
        (says(b"HTTP/1.1 200 OK\r\n"), "RemoteDisconnected"),
        (says(b"220 mail.example ESMTP\r\n\r\n"), "RemoteProtocolError"),
        (says(HEAD, BODY[:3]), "RemoteProtocolError"),
        (says(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000), "RemoteProtocolError"),
    ],
)
def test_why_nothing_was_heard_is_said_without_a_word_of_the_other_side(play: Play, why: str) -> None:
    with there(play) as program, pytest.raises(CallFailed, match=f"^{why}$"):
        call(Call(url=program.url))


def test_who_answers_before_hearing_all_is_heard() -> None:
    with there(says(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n")) as program:
        heard = call(Call(url=program.url, method="POST", body=bytes(8_000_000)))

    assert heard.status == 413


def test_where_nobody_listens_the_next_address_of_the_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with there(says(HEAD, BODY)) as program:
        leads(monkeypatch, ("::1", "127.0.0.1"))

        assert call(Call(url=f"http://shop.example:{program.port}/", is_ours=True)).status == 200


# ── Never into the house ──────────────────────────────────────────────────────────────────
def test_one_inside_address_among_many_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    leads(monkeypatch, ("93.184.216.34", "10.0.0.5"))

    with pytest.raises(CallFailed, match=r"^private$"):
        target_of("https://shop.example/hook")


def test_only_the_very_host_is_allowed_by_setting(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1:9000"]

    assert target_of("http://127.0.0.1:9000/x").addresses == ("127.0.0.1",)
    with pytest.raises(CallFailed):
        target_of("http://127.0.0.1:9001/x")


def test_a_name_that_changes_its_address_after_the_check_is_called_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = []
    leads(monkeypatch, ("93.184.216.34",), ("127.0.0.1",))
    went: list[Any] = []

    def connect(address: Any, *_args: Any) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(pinned.socket, "create_connection", connect)

    with pytest.raises(CallFailed, match=r"^ConnectionRefusedError$"):
        call(Call(url="http://rebinding.example/"))

    assert went == [("93.184.216.34", 80)]


def test_no_redirection_is_followed_unless_wished() -> None:
    with there(says(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")) as program:
        assert call(Call(url=program.url)).status == 302
        assert len(program.asked) == 1


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("http://localhost:8080/", "private"),
        ("http://169.254.169.254/latest/", "private"),
        ("//[::1]/", "private"),
        ("http://93.184.216.34:22/", "port"),
        ("file:///etc/passwd", "scheme"),
        ("http://user:word@93.184.216.34/", "has_password"),
        ("http://shop.example/\x01", "not_an_address"),
    ],
)
def test_a_redirection_into_the_house_is_not_followed(place: str, why: str) -> None:
    moved = f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()

    with there(says(moved)) as program, pytest.raises(CallFailed, match=f"^{why}$"):
        download(program.url)


def test_a_redirection_to_a_trusted_port_is_checked_for_that_port(settings: Settings) -> None:
    with there(says(HEAD, BODY)) as inside, there(says(redirection(inside.url))) as program:
        settings.WEBHOOK_PRIVATE_HOSTS = [f"127.0.0.1:{program.port}"]

        with pytest.raises(CallFailed, match=r"^port$"):
            download(program.url)

    assert inside.asked == []


def redirection(url: str) -> bytes:
    return f"HTTP/1.1 307 Away\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()


def test_what_is_said_to_one_host_is_not_repeated_to_another() -> None:
    with there(says(HEAD, BODY)) as other, there(says(redirection("/second")), says(redirection(other.url))) as program:
        call(Call(url=program.url, headers={"Authorization": "Bearer word"}, redirections=2))

    assert [b"Bearer word" in asked for asked in (*program.asked, *other.asked)] == [True, True, False]


def test_what_writes_is_not_led_on() -> None:
    with there(says(redirection("/second"))) as program, pytest.raises(ValueError, match="reads"):
        call(Call(url=program.url, method="POST", redirections=1))


# ── Bounded ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "play",
    [
        pytest.param(falls_silent(), id="silence"),
        pytest.param(trickles(b"HTTP/1.1 200 OK\r\nX: ", b"."), id="a head that trickles"),
        pytest.param(trickles(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), id="hints for ever"),
        pytest.param(trickles(HEAD.replace(b"11", b"999"), b"."), id="a body that trickles"),
        pytest.param(
            trickles(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n"), id="chunks that trickle"
        ),
    ],
)
def test_a_call_ends_when_its_time_is_over(play: Play) -> None:
    with there(play) as program:
        began = time.monotonic()

        with pytest.raises(CallFailed, match=r"^TimeoutError$"):
            call(Call(url=program.url, seconds=0.5))

        assert time.monotonic() - began < 3


def test_silence_ends_a_call_before_its_time_is_over() -> None:
    with there(falls_silent()) as program:
        began = time.monotonic()

        with pytest.raises(CallFailed, match=r"^TimeoutError$"):
            call(Call(url=program.url, seconds=60, silence=0.3))

        assert time.monotonic() - began < 3


def test_who_does_not_listen_to_the_end_is_not_talked_to_for_ever() -> None:
    with there(lambda _pipe: time.sleep(1.5)) as program:
        began = time.monotonic()

        with pytest.raises(CallFailed, match=r"^TimeoutError$"):
            call(Call(url=program.url, method="POST", body=bytes(80_000_000), seconds=0.5))

        assert time.monotonic() - began < 3


def test_all_redirections_together_have_one_time() -> None:
    def late(pipe: socket.socket) -> None:
        time.sleep(0.3)
        pipe.sendall(redirection("/next"))

    with there(late, late, late, late) as program, pytest.raises(CallFailed, match=r"^TimeoutError$"):
        call(Call(url=program.url, seconds=1, redirections=3))


@pytest.mark.parametrize("head", [HEAD, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_body_that_is_too_large_is_not_taken(head: bytes) -> None:
    with there(says(head, BODY), says(head, BODY)) as program:
        assert call(Call(url=program.url, most=len(BODY))).body == BODY
        with pytest.raises(CallFailed, match=r"^too_large$"):
            call(Call(url=program.url, most=len(BODY) - 1))


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(says(HEAD, BODY), id="longer"),
        pytest.param(says(HEAD, BODY[:4]), id="broken off"),
        pytest.param(falls_silent(HEAD, BODY[:4]), id="never ended"),
    ],
)
def test_where_a_part_will_do_a_part_is_taken(play: Play) -> None:
    with there(play) as program:
        heard = call(Call(url=program.url, most=4, seconds=0.5, a_part_will_do=True))

    assert (heard.status, heard.body) == (200, BODY[:4])


# ── Certificates ──────────────────────────────────────────────────────────────────────────
@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server says that is called localhost; its certificate is trusted here."""
    chain, key = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    monkeypatch.setattr(pinned, "trust", pinned.trust.__wrapped__)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def test_a_certificate_is_that_of_the_name_and_not_of_the_address(
    certified: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(monkeypatch, ("127.0.0.1",))
    with there(says(HEAD, BODY), says(HEAD, BODY), says(HEAD, BODY), context=certified) as program:
        good = call(Call(url=f"https://localhost:{program.port}/", is_ours=True))
        for host in ("shop.example", "127.0.0.1"):
            with pytest.raises(CallFailed, match=r"^SSLCertVerificationError$"):
                call(Call(url=f"https://{host}:{program.port}/", is_ours=True))

    assert good.body == BODY
    assert len(program.asked) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    with there(says(HEAD, BODY), context=context) as program, pytest.raises(CallFailed, match="SSLCertVerif"):
        call(Call(url=f"https://localhost:{program.port}/", is_ours=True))
