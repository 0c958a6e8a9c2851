"""Stored answers of the API, when somebody in them must be forgotten."""

from collections.abc import Iterable

from django.db import connection

_FORGET = """
    UPDATE foundation_idempotencykey SET answer = to_jsonb('{}'::text)
    WHERE status > 0 AND (answer #>> '{}' ~ %s OR EXISTS (
        SELECT 1 FROM unnest(%s::text[]) AS address WHERE position(address IN lower(answer #>> '{}')) > 0))
"""


def forget_answers(*, customer_id: int, case_numbers: Iterable[int], addresses: Iterable[str]) -> None:
    """Empty the kept answers that speak of a customer, one of their cases or addresses; the key stays spent."""
    numbers = "|".join(map(str, case_numbers)) or "none"
    speaks = rf'"(number|case)": ?({numbers})[,}}]|"customer(_id)?": ?([{{][^}}]*"id": ?)?{customer_id}[,}}]'
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [speaks, [address.lower() for address in addresses]])
