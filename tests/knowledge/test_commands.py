"""``otklik knowledge import`` and ``export``, as a person types them."""

from argparse import Namespace
from pathlib import Path

import pytest

from otklik.cli import parser
from otklik.commands.knowledge import run
from otklik.commands.problems import Problem
from otklik.knowledge.models import Article

pytestmark = pytest.mark.django_db


def typed(*words: str) -> Namespace:
    return parser().parse_args(["knowledge", *words])


def test_a_folder_goes_in_and_comes_out_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brought, taken = tmp_path / "in", tmp_path / "out"
    (brought / "ru").mkdir(parents=True)
    (brought / "ru" / "refund.md").write_text("# Возврат\n\nТри дня", encoding="utf-8")

    run(typed("import", str(brought)))
    run(typed("export", str(taken)))

    assert Article.objects.get().slug == "refund"
    assert sorted(path.name for path in taken.rglob("*")) == ["refund.md", "ru", "sections.toml"]
    assert (taken / "ru" / "refund.md").read_text(encoding="utf-8").endswith("+++\nТри дня")
    assert "1 articles are in" in capsys.readouterr().out
    with pytest.raises(Problem, match="not an empty folder"):
        run(typed("export", str(taken)))


def test_a_broken_folder_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_bytes(b"+++\n=\n+++\n")

    with pytest.raises(Problem) as problem:
        run(typed("import", str(tmp_path)))

    assert "a.md:" in str(problem.value)
    assert "b.md:" in str(problem.value)
    assert not Article.objects.exists()


def test_a_table_by_any_name_is_a_table(tmp_path: Path) -> None:
    table = tmp_path / "articles.txt"
    table.write_text("title,body\nСрок,Три дня\n", encoding="utf-8")

    run(typed("import", str(table)))

    assert Article.objects.count() == 1
