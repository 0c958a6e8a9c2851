"""Rows written past Django's own way are the rows that Django would have written."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from otklik.foundation.database.inserting import SearchWords, insert
from otklik.reach.models import Conversation, Message
from tests.building import make_case

pytestmark = pytest.mark.django_db


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def words(conversation: Conversation) -> dict[str, object]:
    return {
        "conversation": conversation,
        "direction": Message.Direction.IN,
        "external_id": "1@mail.example",
        "people": {"to": [{"email": "иван@почта.рф"}]},
        "text": "100 % верно: %s и 'кавычки'",
        "search": SearchWords("верно кавычка"),
    }


def test_a_row_is_written_as_django_writes_it() -> None:
    conversation = _conversation()
    mine = insert(Message, **words(conversation))
    mine_stored = values(Message.objects.get(pk=mine.pk))
    Message.objects.filter(pk=mine.pk).delete()

    theirs = Message.objects.create(**words(conversation))

    assert mine_stored == values(Message.objects.get(pk=theirs.pk)) | {"at": mine.at}
    assert mine_stored["search"] == "'верно':1 'кавычка':2"
    assert not mine._state.adding


def test_what_the_database_fills_in_is_known_in_one_statement() -> None:
    conversation = _conversation()

    with CaptureQueriesContext(connection) as asked:
        mine = insert(Message, **words(conversation))
        told = mine.pk, mine.at

    assert len(asked) == 1
    assert told == Message.objects.values_list("pk", "at").get(pk=mine.pk)


def test_a_constraint_is_told_as_ever() -> None:
    conversation = _conversation()
    insert(Message, **words(conversation))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Message, **words(conversation))


def _conversation() -> Conversation:
    make_case()
    return Conversation.objects.latest("id")
