import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_terms_and_ways_to_begin_with"),
    ]

    operations = [
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, unique=True)),
                ("root_cause", models.TextField(blank=True)),
                ("changes", models.TextField(blank=True)),
                ("due_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("in_work", "In Work"), ("fixed", "Fixed"), ("checked", "Checked")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("fixed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "owner",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.agent"),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.standard",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProblemCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.agent"
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_links",
                        to="complaints.problem",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="a_problem_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fixed_at", None), ("state__in", ["open", "in_work"])),
                    models.Q(("fixed_at__isnull", False), ("state__in", ["fixed", "checked"])),
                    _connector="OR",
                ),
                name="a_fixed_problem_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["fixed", "checked"]), _negated=True),
                    models.Q(models.Q(("root_cause", ""), _negated=True), models.Q(("changes", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_fixed_problem_says_why_it_was_and_what_has_changed",
            ),
        ),
        migrations.AddConstraint(
            model_name="problemcase",
            constraint=models.UniqueConstraint(fields=("problem", "case"), name="a_case_shows_a_problem_once"),
        ),
        migrations.RenameField(model_name="complaint", old_name="problem", new_name="problem_name"),
        migrations.AddField(
            model_name="complaint",
            name="problem",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="complaints.problem",
            ),
        ),
    ]
