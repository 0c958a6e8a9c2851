"""When a rule says no."""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule said no. ``code`` is stable for programs, ``text`` is translated for people, ``fields`` says where.

    Knows nothing of HTTP: pages and the API turn it into 422 (409 for codes in ``CONFLICTS``, 403 for ``not_allowed``).
    """

    def __init__(self, code: str, text: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.fields = dict(fields or {})


CONFLICTS = frozenset({"changed_meanwhile", "idempotency_key_reused", "external_id_taken"})
"""Codes that mean: somebody else was first."""
