"""How the ways to us are called and drawn."""

from django import template
from django.urls import reverse

from otklik.reach.limits import MESSENGERS
from otklik.reach.models import Inbox
from otklik.reach.names import DOORS, called

register = template.Library()


@register.filter
def channel_icon(kind: str) -> str:
    return DOORS[kind].icon if kind in DOORS else "message-circle"


@register.filter
def channel_name(kind: str) -> str:
    return str(DOORS[kind].text) if kind in DOORS else kind


@register.filter
def way_name(kind: str) -> str:
    """What a kind of address or identity is called."""
    return called(kind)


@register.simple_tag
def door_url(inbox: Inbox) -> str:
    """The page on which it is set up; '' for one that an app above sets up on a page of its own."""
    if inbox.kind == Inbox.Kind.CTI:
        return ""
    if inbox.kind == Inbox.Kind.EMAIL:
        return reverse("reach:inbox-edit", args=[inbox.pk])
    return reverse("reach:messenger" if inbox.kind in MESSENGERS else "reach:channel", args=[inbox.pk])
