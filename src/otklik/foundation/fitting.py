"""Whether what the apps bring fits together; asked by ``manage check``, at each start, and by tests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from otklik.foundation.manifest import Module, Page
from otklik.foundation.modules import modules, permissions, sentences

_NO_SUCH = "which is no app below it that can be switched off"


def misfits() -> list[str]:
    """What does not fit, in a sentence each: a name that two apps bring, or one that is asked for and nobody brings."""
    return [*_brought_twice(), *_brought_by_nobody(), *_needed_in_vain()]


def _brought_twice() -> Iterator[str]:
    count = Counter(name for module in modules() for name in _names(module))
    yield from (f"The {name} is brought by more than one app." for name, times in count.items() if times > 1)


def _names(module: Module) -> Iterator[str]:
    yield from (f"permission “{name}”" for name in module.permissions)
    yield from (f"rule “{one.name}”" for one in module.rules)
    yield from (f"sentence of “{name}”" for name in module.sentences)
    yield from (f"word “{one.word}” of sentences" for one in module.names)
    yield from (f"word “{one.word}” of sentences" for one in module.codes)
    yield from (f"field “{name}”" for name in module.fields)
    yield from (f"alert “{one.name}”" for one in module.alerts)
    yield from (f"purpose “{one.name}”" for one in module.purposes)
    yield from (f"page “{one.route}” of the navigation" for one in module.navigation)
    yield from (f"page “{one.route}” of the settings" for one in module.settings)


def _needed_in_vain() -> Iterator[str]:
    below: set[str] = set()
    for module in modules():
        for page in _pages(module):
            if page.needs and page.needs not in below:
                yield f"The page “{page.route}” of {module.name} needs {page.needs}, {_NO_SUCH}."
        if module.switch is not None:
            for name in module.switch.needs:
                if name not in below:
                    yield f"The app {module.name} needs {name}, {_NO_SUCH}."
            below.add(module.name)


def _brought_by_nobody() -> Iterator[str]:
    for module in modules():
        for page in _pages(module):
            if page.permission and page.permission not in permissions():
                yield f"The page “{page.route}” of {module.name} asks for “{page.permission}”, which no app brings."
        for name in module.timeline:
            if name not in sentences():
                yield f"The event “{name}”, which {module.name} tells in cases, has no sentence."


def _pages(module: Module) -> Sequence[Page]:
    return (*module.navigation, *module.settings, *module.pages)


def check_modules(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """For Django's checks, which know the addresses too."""
    nowhere = [
        f"The page “{page.route}” of {module.name} has no address."
        for module in modules()
        for page in _pages(module)
        if not page.is_there
    ]
    return [Error(text, id="otklik.E001") for text in (*misfits(), *nowhere)]
