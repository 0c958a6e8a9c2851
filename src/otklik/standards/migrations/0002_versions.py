from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

AGENT: Any = {
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("standards", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("change_note", models.CharField(blank=True, max_length=200)),
                ("as_in", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("live", "Live"),
                            ("past", "Past"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
                    ),
                ),
                ("returned_because", models.TextField(blank=True)),
                ("edits", models.PositiveIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("why", models.TextField(blank=True)),
                ("emotion", models.TextField(blank=True)),
                ("how", models.JSONField(default=list)),
                ("good", models.TextField(blank=True)),
                ("good_because", models.TextField(blank=True)),
                ("bad", models.TextField(blank=True)),
                ("bad_because", models.TextField(blank=True)),
                ("first_answer_minutes", models.PositiveIntegerField(default=240)),
                ("next_word_minutes", models.PositiveIntegerField(default=480)),
                ("solution_minutes", models.PositiveIntegerField(default=1440)),
                ("approved_by", models.ForeignKey(**AGENT)),
                ("author", models.ForeignKey(**AGENT)),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="standards.standard"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("standard", "number"), name="versions_of_a_standard_are_numbered"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "waiting", "approved"])),
                        fields=("standard",),
                        name="one_version_of_a_standard_is_in_work",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")),
                        fields=("standard",),
                        name="one_version_of_a_standard_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("author", None),
                            models.Q(("approved_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_second_pair_of_eyes_approves_a_standard",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "live"), _negated=True), ("published_at__isnull", False), _connector="OR"
                        ),
                        name="a_standard_that_holds_was_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_answer_minutes__gt", 0), ("next_word_minutes__gt", 0), ("solution_minutes__gt", 0)
                        ),
                        name="a_standard_promises_at_least_a_minute",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="standard",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(model_name="standard", name="owner", field=models.ForeignKey(**AGENT)),
        migrations.AddField(
            model_name="standard",
            name="live",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="standards.version",
            ),
        ),
        migrations.AddField(
            model_name="standard",
            name="review_every_days",
            field=models.PositiveSmallIntegerField(db_default=180, default=180),
        ),
        migrations.AddField(model_name="standard", name="review_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="standard", name="reviewed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="standard", name="reviewed_by", field=models.ForeignKey(**AGENT)),
        migrations.AddField(model_name="standard", name="reminded_at", field=models.DateTimeField(null=True)),
    ]
