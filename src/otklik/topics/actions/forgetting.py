"""A person is forgotten: their words go, and the numbers made of them; that a case had a topic stays."""

from otklik.foundation.database.transactions import in_one
from otklik.foundation.manifest import Person
from otklik.topics.models import Text


@in_one
def forget_words(person: Person) -> None:
    Text.objects.filter(case__in=person.cases).exclude(words="").update(words="", meaning=b"", made_by="")
