"""Cases that are still open, or wait for the customer's word, hold the first version of their kind's standard."""

from typing import Any

from django.db import migrations

AT_ONCE = 2_000


def hold(apps: Any, _schema: Any) -> None:
    cases, standards = apps.get_model("cases", "Case"), apps.get_model("standards", "Standard")
    live = standards.objects.filter(live__isnull=False)
    by_kind = dict(live.exclude(case_kind="").values_list("case_kind", "live_id"))
    default = live.filter(is_default=True).values_list("live_id", flat=True).first()
    last = 0
    while True:
        rows = cases.objects.filter(state__in=["open", "solved"], pk__gt=last).order_by("pk")
        part = list(rows.values_list("pk", "kind")[:AT_ONCE])
        if not part:
            return
        for kind in {kind for _pk, kind in part}:
            version = by_kind.get(kind, default)
            if version is not None:
                pks = [pk for pk, of in part if of == kind]
                cases.objects.filter(pk__in=pks, standard_version=None).update(standard_version=version)
        last = part[-1][0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0021_standard_held")]

    operations = [migrations.RunPython(hold, migrations.RunPython.noop)]
