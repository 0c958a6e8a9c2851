"""The job engine rings inside each transaction and keeps a diary of each job; both cost more than they tell.

Idle workers are woken after the commit instead (``foundation/live/bell.py``), and of the diary only the hour at which a job
was deferred is read. Its triggers are switched off, not dropped: its own migrations find them.
"""

from django.db import migrations

UNWANTED = (
    "procrastinate_jobs_notify_queue_job_inserted_v1",
    "procrastinate_trigger_status_events_update_v1",
    "procrastinate_trigger_scheduled_events_v1",
)
_SWITCH = "".join(f"ALTER TABLE procrastinate_jobs {{how}} TRIGGER {name};\n" for name in UNWANTED)


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0008_house_pictures"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [migrations.RunSQL(_SWITCH.format(how="DISABLE"), _SWITCH.format(how="ENABLE"))]
