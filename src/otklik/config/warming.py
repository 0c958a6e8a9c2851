"""What the processes of a house share because it is loaded before they part."""

from django.urls import get_resolver

from otklik.foundation.text.language import lemmas
from otklik.knowledge.search.embedding import embedder


def warm_up() -> None:
    """Load what asks neither the database nor the collected static files; twice does no harm."""
    get_resolver().url_patterns  # noqa: B018 - imports every page
    lemmas("слово"), lemmas("word")  # the dictionary and the stemmers
    embedder().warm()  # its 115 MB
