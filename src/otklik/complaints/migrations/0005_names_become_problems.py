"""What stood as a name beside a complaint becomes a problem of that name, in the care of whoever had decided."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def make_problems(apps: Any, _editor: Any) -> None:
    complaint, problem = apps.get_model("complaints", "Complaint"), apps.get_model("complaints", "Problem")
    for row in complaint.objects.exclude(problem_name="").select_related("case").order_by("id"):
        title = row.problem_name.strip()[:200]
        if not title:
            continue
        values = {
            "owner_id": row.decided_by_id or row.case.owner_id,
            "root_cause": row.root_cause,
            "standard_id": row.standard_id,
            "created_at": timezone.now(),
        }
        row.problem, _is_new = problem.objects.get_or_create(title=title, defaults=values)
        row.save(update_fields=["problem"])


def name_problems(apps: Any, _editor: Any) -> None:
    for row in apps.get_model("complaints", "Complaint").objects.exclude(problem=None).select_related("problem"):
        row.problem_name = row.problem.title
        row.save(update_fields=["problem_name"])


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_problems"), ("cases", "0001_first")]

    operations = [migrations.RunPython(make_problems, name_problems)]
