"""Addresses of surveys, in letters and on cards."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from otklik.surveys.models import Invitation, Survey


def address_of(survey: Survey, *, place: str = "") -> str:
    """Where anybody answers; ``place`` becomes the segment of what is answered there."""
    address = settings.BASE_URL + reverse("survey:survey", args=[survey.link])
    return f"{address}?{urlencode({'place': place})}" if place else address


def own_address(invitation: Invitation) -> str:
    """Where one person answers."""
    return settings.BASE_URL + reverse("survey:survey", args=[invitation.token])
