"""The one door: live streams stay asynchronous, everything else is Django's WSGI application in threads.

Django's own ASGI handler costs fifteen times the CPU time of its WSGI handler, hence this small router.
"""

import asyncio

from otklik.config import environment as env
from otklik.config.bridge import Receive, Scope, Send, Threaded
from otklik.config.wsgi import application as pages
from otklik.desk.views.live import live
from otklik.foundation.database.pool import close_pool

BODY_LIMIT = env.number("OTKLIK_BODY_LIMIT_BYTES", 64 * 1024 * 1024)
_pages = Threaded(pages, threads=env.number("OTKLIK_WEB_THREADS", 3), body_limit=BODY_LIMIT)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] != "http":
        return
    elif scope["path"] == "/healthz":
        await _say_alive(send)
    elif scope["path"] == "/live":
        await live(scope, receive, send)
    else:
        await _pages(scope, receive, send)


async def _say_alive(send: Send) -> None:
    """Without a thread and without Django: true even while every page waits for a database that is away."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ok\n"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            _pages.close()
            await asyncio.to_thread(close_pool)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
