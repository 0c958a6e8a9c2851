"""How a mail server of a test ends: when the sessions it serves have ended, so that none is torn in the middle."""

import asyncio

from aiosmtpd.controller import Controller

_PATIENCE_SECONDS = 3


def close(controller: Controller) -> None:
    """Let nobody in, wait for the sessions at most three seconds, end those that hang, then stop."""
    asyncio.run_coroutine_threadsafe(_end_sessions(controller), controller.loop).result(timeout=4 * _PATIENCE_SECONDS)
    controller.stop()


async def _end_sessions(controller: Controller) -> None:
    server = controller.server
    assert isinstance(server, asyncio.Server)
    server.close()
    while sessions := asyncio.all_tasks() - {asyncio.current_task()}:
        _ended, hanging = await asyncio.wait(sessions, timeout=_PATIENCE_SECONDS)
        for session in hanging:
            session.cancel()
    server.close_clients()
    await asyncio.wait_for(server.wait_closed(), _PATIENCE_SECONDS)
