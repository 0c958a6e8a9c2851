"""The program of docs/channel-plugin.md does what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.reach.models import Delivery
from otklik.reach.queries import hook_path
from tests.building import acting, make_agent, run_jobs
from tests.ports import free_port
from tests.reach.channels.other_side import SECRET, make_channel

PAGE = Path(__file__).resolve().parents[3] / "docs" / "channel-plugin.md"


@pytest.mark.django_db(transaction=True)
def test_the_example_says_a_word_and_shows_the_answer(live_server: LiveServer, tmp_path: Path) -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "shop.py").write_text(program, encoding="utf-8")
    port, anna = free_port(), make_agent()
    inbox = make_channel(f"http://127.0.0.1:{port}/")
    env = {"PORT": str(port), "OTKLIK_CHANNEL_SECRET": SECRET, "OTKLIK_HOOK": live_server.url + hook_path(inbox)}

    with subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", str(tmp_path / "shop.py"), "Где мой заказ?"],
        env=os.environ | env,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as shop:
        assert shop.stdout is not None
        kept = shop.stdout.readline()
        run_jobs()
        case = Case.objects.get()
        answer = reply(case=case, actor=acting(anna), text="Он уже едет.")
        run_jobs()
        said = shop.stdout.read()
        shop.wait(timeout=20)

    assert kept.strip() == "{'status': 'kept'}"
    assert case.preview == "Где мой заказ?"
    assert said.rstrip().endswith("Анна Смирнова: Он уже едет.")
    assert Delivery.objects.get(message=answer).taken == [f"shown-{answer.external_id}"]
    assert len(program.splitlines()) <= 45
