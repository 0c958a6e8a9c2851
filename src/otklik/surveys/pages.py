"""Addresses of surveys, in letters and on cards."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from otklik.surveys.models import Invitation, Survey


def address_of(survey: Survey, *, place: str = "") -> str:
    """Where anybody answers; ``place`` becomes the segment of what is answered there."""
    address = settings.BASE_URL + reverse("survey:survey", args=[survey.link])
    return f"{address}?{urlencode({'place': place})}" if place else address


def own_address(invitation: Invitation) -> str:
    """Where one person answers."""
    return settings.BASE_URL + reverse("survey:survey", args=[invitation.token])


def qr_path(address: str) -> tuple[str, int]:
    """The dark squares of a QR code as the path of an SVG, and the width of the whole in squares, with its margin."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(address)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return "".join(squares), len(rows)
