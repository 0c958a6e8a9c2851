"""A token server on loopback that gives, checks and takes back access tokens, as a company of mail does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs


class Tokens:
    """``refresh``: the refresh tokens that are good; ``given``: the access tokens; both with whose they are."""

    def __init__(self) -> None:
        self.refresh = {"refresh 1": "anna"}
        self.given: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.seconds = 3600
        self.rotates = False
        self.url = ""

    def give(self, asked: dict[str, str]) -> dict[str, object]:
        self.asked.append(asked)
        if asked["grant_type"] == "client_credentials" and asked.get("client_secret") == "house secret":
            user = "anna"
        elif asked.get("refresh_token") in self.refresh:
            user = self.refresh[asked["refresh_token"]]
        else:
            return {"error": "invalid_grant", "error_description": f"not good: {asked}"}
        token = f"access-{len(self.asked)}"
        self.given[token] = user
        answer: dict[str, object] = {"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"}
        if self.rotates:
            self.refresh = {f"refresh {len(self.asked) + 1}": user}
            answer["refresh_token"] = next(iter(self.refresh))
        return answer

    def introspect(self, token: str) -> dict[str, object]:
        return {"active": token in self.given, "username": self.given.get(token, "")}


@contextmanager
def token_server() -> Iterator[Tokens]:
    tokens = Tokens()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(text).items()}
            told = tokens.introspect(asked["token"]) if self.path == "/introspect" else tokens.give(asked)
            self.send_response(400 if "error" in told else 200)
            body = json.dumps(told).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    tokens.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield tokens
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
