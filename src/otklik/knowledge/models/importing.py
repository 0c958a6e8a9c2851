"""An import on its way: the file that was chosen and what was found in it, until it is done or chosen anew."""

from django.db import models
from django.db.models.functions import Now


class ImportRun(models.Model):
    """Each agent has one. ``lines``: where something stands, its title or what is wrong, what becomes of it.

    ``is_refused``: something must be mended first; ``done_at``: its articles are here.
    """

    agent = models.OneToOneField("team.Agent", on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    publish = models.BooleanField(default=False)
    fetch = models.BooleanField(default=False)
    lines = models.JSONField(default=list)
    is_refused = models.BooleanField(default=False)
    began_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
