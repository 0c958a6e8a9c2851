"""The channels of this house. A new one is a module behind ``channels.Channel`` and a line here."""

from collections.abc import Mapping
from typing import Final

from otklik.reach.adapters.channels import Channel
from otklik.reach.adapters.http import Http
from otklik.reach.adapters.mail import Mail
from otklik.reach.adapters.max import HOME as MAX_HOME
from otklik.reach.adapters.max import Max
from otklik.reach.adapters.telegram import HOME as TELEGRAM_HOME
from otklik.reach.adapters.telegram import Telegram
from otklik.reach.adapters.vk import HOME as VK_HOME
from otklik.reach.adapters.vk import Vk

MAIL: Final = Mail()
CHANNELS: Final[Mapping[str, Channel]] = {one.kind: one for one in (MAIL, Http(), Telegram(), Max(), Vk())}
HOMES: Final[Mapping[str, str]] = {"telegram": TELEGRAM_HOME, "max": MAX_HOME, "vk": VK_HOME}
"""Where messengers are, unless a door says otherwise."""
