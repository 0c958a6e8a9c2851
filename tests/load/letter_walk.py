"""What `make health` asks of a running program: `pytest tests/load/letter_walk.py`. Asserts little, prints one line.

How many functions and files of ours one letter passes on its way to a case, what a page costs where sixty people have
written, and how much memory a house at rest holds.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import otklik
from otklik.cases.models import Case
from tests.browser.house import running_house
from tests.building import arrive, letter, make_agent, make_case
from tests.load.strain import memory
from tests.runtime.building import children_of

HOME = str(Path(otklik.__file__).parent)
ROUNDS = 40


@contextmanager
def passing() -> Iterator[set[CodeType]]:
    """The functions of ours that are called meanwhile, in this thread."""
    seen: set[CodeType] = set()

    def look(frame: FrameType, happens: str, _what: Any) -> None:
        if happens == "call" and frame.f_code.co_filename.startswith(HOME) and frame.f_code.co_name[0] != "<":
            seen.add(frame.f_code)

    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def cost_of(act: Callable[[], object]) -> float:
    """Milliseconds of this process's CPU, the median of some rounds."""
    taken = []
    for _round in range(ROUNDS):
        before = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - before))
    return round(sorted(taken)[ROUNDS // 2], 1)


@pytest.mark.django_db
def test_a_letter_and_two_pages(client: Client) -> None:
    case = make_case(owner=make_agent())
    for number in range(60):
        arrive(letter(Subject=f"Вопрос {number}", From=f"Мария <maria{number}@mail.example>"))
    with passing() as seen:
        arrive(letter(Subject="Последний вопрос"))
    client.force_login(case.owner)
    pages = {"inbox": reverse("desk:inbox") + "?view=open", "case": reverse("desk:case", args=[case.pk])}
    found = {
        "letter_functions": len(seen),
        "letter_files": len({code.co_filename for code in seen}),
        **{f"{name}_page_cpu_ms": cost_of(lambda path=path: client.get(path)) for name, path in pages.items()},
    }

    assert Case.objects.count() == 62
    tell(found)


def test_a_house_at_rest(tmp_path: Path) -> None:
    with running_house(tmp_path) as house:
        time.sleep(8)  # until what starts late has started
        tell({"idle_memory_mb": round(memory(children_of(house.process.pid)))})


def tell(found: dict[str, float]) -> None:
    """Add to what is told; the file is named by whoever asked."""
    report = Path(os.environ["OTKLIK_HEALTH"])
    known = json.loads(report.read_text()) if report.exists() else {}
    report.write_text(json.dumps(known | found))
