"""The live stream says that it hears only while the database can be heard."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from otklik.foundation.live import streams as live
from otklik.foundation.live.streams import Hub


def test_a_page_that_opens_while_the_database_is_away_is_not_told_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story() -> None:
        hub = Hub()

        async def hears_and_breaks() -> None:
            hub._hears.set()
            raise psycopg.OperationalError

        monkeypatch.setattr(hub, "_listen_once", hears_and_breaks)
        async with hub.subscribed() as early:
            assert await early.get() is None
            with pytest.raises(TimeoutError):
                async with hub.subscribed():
                    pass
        assert hub._listening is not None
        hub._listening.cancel()

    monkeypatch.setattr(live, "HEARS_WITHIN_SECONDS", 0.1)
    with ThreadPoolExecutor(1) as thread:  # in this one the loop of a browser may run
        thread.submit(asyncio.run, story()).result()
