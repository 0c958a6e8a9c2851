"""Six kinds of pages, once: each page of the staff says which it is and fills it, and draws no frame of it itself."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import otklik
from otklik.foundation.events.announcing import known_events
from otklik.foundation.http.lists import Listing
from otklik.foundation.modules import live_rows, modules

ROOT = Path(otklik.__file__).parent
KINDS = {"list", "record", "editor", "figures", "settings", "steps"}
STAFF = {"staff/frame.html", "page_face"}
"""What the frame of the staff is called by a template: its name, and the variable that gives it."""
NO_KIND = {
    "staff/problem.html": "says why there is no page: 403, 404, a refusal",
}
OWN_FRAME = {
    "desk/case.html": "three zones that scroll apart and a bar with the state of the case; the page opened most",
}
"""Pages that state a kind and draw themselves what it would have drawn, each with its reason."""
FRAME = {
    "the board around everything": r'class="(?:board|with-sections)"',
    "the way back in the bar": r'icon="arrow-left"',
    "a card of filters": r'class="[^"]*\bfilters\b',
    "a field that finds rows": r'<label[^>]*class="search"',
    "the address of the next page": r'(?:href|hx-get)="[^">]*[?&;]after=\{\{',
    "periods to choose from": r"for period in periods",
    "a list of steps": r'class="[^"]*\bstairs\b',
    "the sheet of figures": r"ui/figures\.css",
}
SHAPES = {"editor_drafted"}
"""What stands between a page and its kind."""
BLOCKS = {"content", "main_class", "bar", "kind"}
"""Blocks that belong to the kind."""


def templates() -> dict[str, str]:
    """Templates of every app by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for folder in sorted(ROOT.glob("*/templates"))
        for path in sorted(folder.rglob("*.html"))
    }


ALL = templates()


def parent(name: str) -> str:
    """What a template extends, '' for one that stands alone."""
    said = re.search(r"\{%\s*extends\s+(?:\"([^\"]+)\"|(\w+))\s*%\}", ALL.get(name, ""))
    return (said[1] or said[2]) if said else ""


@cache
def line(name: str) -> tuple[str, ...]:
    """The template and everything it extends, from itself upwards."""
    above = parent(name)
    return (name, *line(above)) if above else (name,)


def pages() -> Iterator[str]:
    """Templates that are drawn inside the frame of the staff, without those that ui divides the work into."""
    for name in ALL:
        if STAFF & set(line(name)[1:]) and not name.startswith("ui/"):
            yield name


def kinds_of(name: str) -> list[str]:
    """The kinds that a page states: by what it extends, or by the block of that name."""
    own = re.findall(r"\{%\s*block kind\s*%\}(\w*)\{%\s*endblock", ALL[name])
    kinds = (one.removeprefix("ui/kinds/").removesuffix(".html") for one in line(name) if "ui/kinds/" in one)
    return [*own, *(one for one in kinds if one not in SHAPES)]


def test_the_kinds_are_these_six() -> None:
    assert {name for name in KINDS if f"ui/kinds/{name}.html" in ALL} == KINDS
    assert {name: kinds_of(f"ui/kinds/{name}.html")[0] for name in KINDS} == {name: name for name in KINDS}


def test_every_page_of_the_staff_states_exactly_one_kind() -> None:
    said = {name: kinds_of(name) for name in pages() if name not in NO_KIND}

    assert {name: kinds for name, kinds in said.items() if len(kinds) != 1 or kinds[0] not in KINDS} == {}
    assert len(said) > 40


def test_no_page_draws_the_frame_of_its_kind_itself() -> None:
    drawn = {
        (name, what)
        for name in pages()
        if name not in {*OWN_FRAME, *NO_KIND}
        for what in (
            *(what for what, sign in FRAME.items() if re.search(sign, ALL[name])),
            *(f"block {block}" for block in BLOCKS if re.search(rf"\{{%\s*block {block}\s*%\}}", ALL[name])),
        )
    }

    assert drawn == set()


def listings() -> dict[str, list[Listing]]:
    """What the views say of their lists, by the template that each fills."""
    found: dict[str, list[Listing]] = {}
    for path in sorted(ROOT.glob("*/views/**/*.py")) + sorted(ROOT.glob("*/views.py")):
        module = import_module(".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"))
        for one in vars(module).values():
            if isinstance(one, Listing) and one not in found.setdefault(one.template, []):
                found[one.template].append(one)
    return found


def test_every_list_states_what_it_is_sorted_by_or_why_not() -> None:
    lists = {name for name in pages() if name not in NO_KIND and "list" in kinds_of(name)}

    assert {name: len(stated) for name, stated in listings().items()} == dict.fromkeys(lists, 1)


def test_every_list_that_is_live_hears_of_its_rows_or_says_how_else() -> None:
    for name, [one] in listings().items():
        assert not one.live or one.live in live_rows() or "<c-live" in ALL[name], name


def test_rows_renew_themselves_at_events_that_happen() -> None:
    for one in live_rows().values():
        assert set(one.events) <= set(known_events()), one.name
        assert not set(one.whispers) & set(known_events()), one.name
        assert one.name in {stated.live for stated_by in listings().values() for stated in stated_by}


def test_every_column_that_sorts_is_a_head_to_press_and_no_other() -> None:
    for name, [one] in listings().items():
        heads = re.findall(r"\{%\s*sorted_head\s+\"(\w+)\"", ALL[name])

        assert sorted(heads) == sorted(column.name for column in one.columns), name


def outermost(template: str) -> list[str]:
    """Each element of a template that stands in no other: its first tag, with all that stands in it."""
    html = re.sub(
        r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL
    )
    found, depth = [""], 0
    for piece in re.split(r"(</?[a-z][^>]*>)", html):
        depth += piece.startswith("<") and not piece.startswith("</") and not re.match(r"<(?:input|br|hr|img)\b", piece)
        found[-1] += piece
        if piece.startswith("</"):
            depth -= 1
            if not depth:
                found.append("")
    return [one.strip() for one in found if one.strip()]


def test_what_stands_beside_a_case_is_a_panel_with_a_name() -> None:
    beside = [panel.template for module in modules() for panel in module.panels]

    assert len(beside) > 4
    for name in beside:
        for element in outermost(ALL[name]):
            first = element.partition(">")[0]
            assert re.match(r'<section\s+class="panel\b', first), (name, first)
            assert "aria-label" in first or re.search(r"<(?:h2|summary)\b", element), (name, first)


def test_no_exception_outlives_its_page() -> None:
    assert set(OWN_FRAME) | set(NO_KIND) - {"staff/problem.html"} <= set(pages())
    assert "staff/problem.html" in ALL
