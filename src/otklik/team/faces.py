"""The face of a colleague inside a letter: a small round PNG, made once in each process."""

import logging
from functools import lru_cache
from importlib.resources import files
from typing import Final

from django.core.files.storage import default_storage

from otklik.foundation.database.remembering import remembered
from otklik.foundation.files.pictures import round_png
from otklik.team.models import Agent

logger = logging.getLogger(__name__)
SIDE: Final = 112
"""Pixels, twice what a letter shows: sharp on dense screens."""


def letter_face(agent_id: int) -> bytes:
    """b'' for a colleague without a picture, and for nobody (0)."""
    photo, portrait = picture_of(agent_id) if agent_id else ("", "")
    try:
        return _drawn(photo) if photo else _portrait(portrait) if portrait else b""
    except (OSError, ValueError) as error:  # a lost or torn file must not hold up the letter
        logger.warning("face_not_drawn", extra={"agent": agent_id, "error": type(error).__name__})
        return b""


@remembered(seconds=15)
def picture_of(agent_id: int) -> tuple[str, str]:
    """Where the photo lies, and the name of the portrait; each '' when there is none."""
    agent = Agent.objects.select_related("photo").filter(pk=agent_id).first()
    if agent is None:
        return "", ""
    return agent.photo.path if agent.photo else "", agent.portrait


@lru_cache(maxsize=500)
def _drawn(path: str) -> bytes:
    with default_storage.open(path) as handle:
        return round_png(handle.read(), side=SIDE)


@lru_cache
def _portrait(name: str) -> bytes:
    picture = files("otklik.ui") / "static" / "ui" / "people" / f"{name}.png"
    return picture.read_bytes() if picture.is_file() else b""
