"""The channels of this house. A new one is a module behind ``channels.Channel`` and a line here."""

from collections.abc import Mapping
from typing import Final

from otklik.reach.adapters.channels import Channel
from otklik.reach.adapters.http import Http
from otklik.reach.adapters.mail import Mail

MAIL: Final = Mail()
CHANNELS: Final[Mapping[str, Channel]] = {one.kind: one for one in (MAIL, Http())}
