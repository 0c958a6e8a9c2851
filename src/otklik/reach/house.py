"""The house as its letters show it: by which name it writes, how else it is reached, its mark."""

from functools import cache
from importlib.resources import files

from django.conf import settings

from otklik.foundation.files.logos import letter_logo
from otklik.foundation.policies import policy
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Inbox
from otklik.ui.letters import House


def house_of(inbox: Inbox) -> House:
    """For letters from this inbox."""
    name = name_of(inbox)
    phone = str(policy("company.phone")).replace(" ", "\N{NO-BREAK SPACE}")
    facts = (policy("company.name"), phone, policy("company.hours"))
    return House(name=name, foot=", ".join(filter(None, facts)), data_url=f"{settings.BASE_URL}/privacy/")


def name_of(inbox: Inbox) -> str:
    """The inbox's name in letters; the company's while nobody gave it one."""
    return str(policy("company.name")) if "@" in inbox.name or not inbox.name else inbox.name


def sender_of(inbox: Inbox, person: str) -> Address:
    """«Марина Щербакова, Горизонт»: the person who speaks, if one does, and the inbox's name in letters."""
    return Address(email=inbox.address, name=", ".join(filter(None, (person, name_of(inbox)))))


def letter_mark() -> bytes:
    """The logo of the house as a small PNG, else the mark of Otklik."""
    return letter_logo() or _mark()


@cache
def _mark() -> bytes:
    return (files("otklik.ui") / "static" / "ui" / "icons" / "mark.png").read_bytes()
