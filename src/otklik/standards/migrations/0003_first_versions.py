"""What each standard said becomes its first version."""

from typing import Any

from django.db import migrations
from django.utils import timezone

WORDS = ("why", "emotion", "how", "first_answer_minutes", "next_word_minutes", "solution_minutes")


def write_down(apps: Any, _schema: Any) -> None:
    standards, versions = apps.get_model("standards", "Standard"), apps.get_model("standards", "Version")
    now = timezone.now()
    for row in standards.objects.all():
        words = {name: getattr(row, name) for name in WORDS}
        words |= {name: max(words[name], 1) for name in WORDS if name.endswith("_minutes")}
        version = versions.objects.create(standard=row, number=1, state="live", published_at=now, **words)
        standards.objects.filter(pk=row.pk).update(live=version)


def take_back(apps: Any, _schema: Any) -> None:
    standards = apps.get_model("standards", "Standard")
    for row in standards.objects.filter(live__isnull=False).select_related("live"):
        standards.objects.filter(pk=row.pk).update(**{name: getattr(row.live, name) for name in WORDS})
    standards.objects.update(live=None)
    apps.get_model("standards", "Version").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("standards", "0002_versions")]

    operations = [migrations.RunPython(write_down, take_back)]
