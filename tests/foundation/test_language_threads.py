"""Words are derived in many threads at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from otklik.foundation.text.language import lemmas


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_threads_do_not_spoil_each_others_words() -> None:
    unknown = [
        f"{start}{end}" for start in ("фыва", "зюкр", "хрумби", "бур") for end in ("ниями", "остью", "ающий", "ев")
    ]
    expected = [lemmas.__wrapped__(word) for word in unknown]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lemmas.__wrapped__, unknown * 50))

    assert found == expected * 50
