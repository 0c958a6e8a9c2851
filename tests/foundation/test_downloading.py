"""A file is fetched from where it is, or it is said why not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from otklik.foundation.http.calling import CallFailed, download

FILE = b"%PDF-1.4 rules"
PLACES = {"/file": (200, ""), "/moved": (302, "file"), "/far": (301, "/moved"), "/farther": (307, "/far")}
PLACES |= {"/too-far": (308, "/farther"), "/round": (302, "/round"), "/nowhere": (302, ""), "/gone": (404, "/file")}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, place = PLACES[self.path]
        self.send_response(status)
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", str(len(FILE)))
        self.end_headers()
        self.wfile.write(FILE)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def there(settings: Settings) -> Iterator[str]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("place", ["/file", "/moved", "/far", "/farther"])
def test_a_file_that_was_moved_is_followed(there: str, place: str) -> None:
    assert download(there + place, most=len(FILE)) == FILE


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("/gone", "404"),
        ("/nowhere", "302"),
        ("/too-far", "too_many_redirections"),
        ("/round", "too_many_redirections"),
    ],
)
def test_what_is_not_there_says_why(there: str, place: str, why: str) -> None:
    with pytest.raises(CallFailed, match=f"^{why}$"):
        download(there + place)


def test_a_file_that_is_too_large_is_not_taken(there: str) -> None:
    with pytest.raises(CallFailed, match=r"^too_large$"):
        download(f"{there}/file", most=len(FILE) - 1)
