"""Finding messages anew when ``foundation.text.language`` has changed."""

from django.db import connection

from otklik.foundation.database.transactions import in_one
from otklik.foundation.text.language import VERSION, searchable
from otklik.reach.models import Attachment, Message

_STORE = """
    UPDATE reach_message SET search = to_tsvector('simple', found.words), search_version = %s
    FROM unnest(%s::bigint[], %s::text[]) AS found (id, words)
    WHERE reach_message.id = found.id AND reach_message.search IS NOT NULL
"""


@in_one
def derive_messages_anew(*, before: int, most: int) -> tuple[int, int]:
    """Up to ``most`` messages below an id, newest first, whose derivation is older than the present one.

    Returns how many and the id to go on below (0 at the end). What an erasure has blanked stays blank.
    """
    old = Message.objects.filter(pk__lt=before, search_version__lt=VERSION, search__isnull=False).order_by("-id")
    locked = old.select_for_update(no_key=True)
    rows = list(locked.values_list("id", "direction", "subject", "text")[:most])
    names: dict[int, list[str]] = {}
    heard = [pk for pk, direction, *_texts in rows if direction == Message.Direction.IN]
    files = Attachment.objects.filter(message_id__in=heard).order_by("id")
    for message_id, name in files.values_list("message_id", "name"):
        names.setdefault(message_id, []).append(name)
    words = [
        searchable(subject, text, *names.get(pk, ())) if direction == Message.Direction.IN else searchable(text)
        for pk, direction, subject, text in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [VERSION, [row[0] for row in rows], words])
    return len(rows), rows[-1][0] if len(rows) == most else 0
