"""A site that is not ours: another origin with a policy of its own, which lets in as little as it must."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = """<!doctype html>
<html lang="{language}"{direction}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Магазин учебников</title><link rel="stylesheet" href="/site.css"></head>
<body><header><h1>Магазин учебников</h1></header><main>
<p>Учебники, рабочие тетради и курсы для бухгалтеров. Доставка за три дня.</p>
<p><a id="support" href="{house}/contact/" data-otklik-open="{opens}">Поддержка</a>
<a id="next" href="/?next">Дальше</a></p>
<p><input id="own" aria-label="Своё поле"></p></main>
<script src="{house}/widget.js" {data} async></script></body></html>"""
STYLES = """:root { color-scheme: light dark; font: 62.5%/1.4 serif; }
body { margin: 2rem; min-height: 150vh; font-size: 1.8rem; }
button, a, p, input, h2 { color: #a0522d; letter-spacing: 2px; text-transform: uppercase; }"""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src {house}; connect-src {house}; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'{more}"
)


class _Site(BaseHTTPRequestHandler):
    """Its styles are loud (a tiny root, capitals, own colours), its policy strict; the query says what is different."""

    def __init__(self, house: str, *about: Any) -> None:
        self.house = house
        super().__init__(*about)

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        is_style = self.path == "/site.css"
        language, direction = asked.get("lang", "ru"), ' dir="rtl"' if "rtl" in asked else ""
        page = PAGE.format(
            language=language,
            direction=direction,
            house=self.house,
            data=asked.get("data", ""),
            opens=asked.get("opens", ""),
        )
        body = (STYLES if is_style else page).encode()
        self.send_response(200)
        self.send_header("Content-Type", f"text/{'css' if is_style else 'html'}; charset=utf-8")
        self.send_header(
            "Content-Security-Policy",
            POLICY.format(house=self.house, more=asked.get("csp", "").format(house=self.house)),
        )
        if "isolated" in asked:
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        pass


@contextmanager
def foreign_site(house: str) -> Iterator[str]:
    """The address of a site that carries the help button of ``house``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, house))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
