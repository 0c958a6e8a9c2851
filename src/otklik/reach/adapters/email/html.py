"""Placeholder until the real sanitiser lands (branch mailparse: on conflict take yours, whole)."""

import nh3


def sanitise(html: str) -> str:
    return nh3.clean(html)
