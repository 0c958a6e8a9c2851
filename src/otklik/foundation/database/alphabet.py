"""The order of names as people read them: «ё» stands with «е», capitals with small letters."""

from typing import Any

from django.db.models import Func, TextField


class ByName(Func):
    """What a text is sorted by, also in an index; PostgreSQL needs no collation of a language for it."""

    function = "translate"
    template = "translate(lower(%(expressions)s), 'ё', 'е')"
    arity = 1
    output_field = TextField()

    def __init__(self, field: Any = "name") -> None:
        super().__init__(field)


def spelled(text: str) -> str:
    """The same for what no database sorts."""
    return text.lower().replace("ё", "е")
