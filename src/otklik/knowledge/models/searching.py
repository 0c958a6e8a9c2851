"""The words of the house, and what the search needs."""

from django.db import models

from otklik.knowledge.models.articles import Version


class Synonym(models.Model):
    """Words that mean the same to our customers: ``["впн", "vpn", "удалённый доступ"]``."""

    language = models.CharField(max_length=5)
    words = models.JSONField()


class StopWord(models.Model):
    """A word that says nothing in this house."""

    language = models.CharField(max_length=5)
    word = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["language", "word"], name="a_stop_word_stands_once"),)


class Searchable(models.Model):
    """What the search derives from a version once: its plain words, and their meaning as int8 rows of 512 (title,
    each question, body). ``made_by`` names derivation and embedder: another name, and it is derived again."""

    version = models.OneToOneField(Version, primary_key=True, on_delete=models.CASCADE, related_name="searchable")
    words = models.TextField()
    vectors = models.BinaryField()
    made_by = models.CharField(max_length=60)


class SearchChange(models.Model):
    """Something that the search depends on was written; rows come by database triggers, so nothing is forgotten.

    A process compares how many there are, and the last, with what its index knows: both only change with a commit.
    """

    id = models.BigAutoField(primary_key=True)
