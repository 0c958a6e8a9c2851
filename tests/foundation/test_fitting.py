"""What does not fit together is said before anybody meets it."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from otklik.commands import prepare
from otklik.commands.problems import Problem
from otklik.foundation import modules as read
from otklik.foundation.actors import EVERYBODY
from otklik.foundation.fitting import misfits
from otklik.foundation.manifest import AlertKind, Entry, Module, Policy, Purpose, Section


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The house with an app that brings what others bring, and asks for what nobody does."""
    brought = Module(
        name="odd",
        permissions={"cases.reply": EVERYBODY},
        policies=(Policy(name="voice.low_score", default=1, label=""),),
        alerts=(AlertKind(name="mention", told="", title="", icon="at", tone="accent"),),
        purposes=(Purpose(name="answer", is_automatic=False),),
        navigation=(
            Entry(name="odd", route="odd:list", label="", icon="at", permission="odd.see", section=Section.VOICE),
        ),
        timeline={"odd.happened": "at"},
    )
    whole = (*read.modules(), brought)
    _forget()
    monkeypatch.setattr(read, "modules", lambda: whole)
    monkeypatch.setattr("otklik.foundation.fitting.modules", lambda: whole)
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for index in (read.permissions, read.sentences):
        index.cache_clear()


def test_the_apps_of_this_house_fit_together() -> None:
    assert misfits() == []


@pytest.mark.usefixtures("odd")
def test_a_name_brought_twice_or_by_nobody_is_told() -> None:
    assert set(misfits()) == {
        "The rule “voice.low_score” is brought by more than one app.",
        "The permission “cases.reply” is brought by more than one app.",
        "The alert “mention” is brought by more than one app.",
        "The purpose “answer” is brought by more than one app.",
        "The page “odd:list” of odd asks for “odd.see”, which no app brings.",
        "The event “odd.happened”, which odd tells in cases, has no sentence.",
    }


@pytest.mark.usefixtures("odd")
def test_the_check_of_the_project_says_it_too_and_that_a_page_has_no_address() -> None:
    with pytest.raises(SystemCheckError) as refused:
        call_command("check")

    assert "The permission “cases.reply” is brought by more than one app." in str(refused.value)
    assert "The page “odd:list” of odd has no address." in str(refused.value)


@pytest.mark.usefixtures("odd")
def test_nothing_starts_with_it() -> None:
    with pytest.raises(Problem, match=r"“odd\.see”, which no app brings"):
        prepare.prepare()
