"""The dialects that this house understands. A new one is a module behind ``told.Dialect`` and a line here."""

from collections.abc import Mapping
from typing import Final

from otklik.calls.adapters.generic import Generic
from otklik.calls.adapters.mango import Mango
from otklik.calls.adapters.megafon import Megafon
from otklik.calls.adapters.told import Dialect
from otklik.calls.adapters.zadarma import Zadarma

DIALECTS: Final[Mapping[str, Dialect]] = {one.name: one for one in (Generic(), Mango(), Zadarma(), Megafon())}
