from django.db import migrations

_REST = """
    UPDATE cases_case
    SET due_at = NULL, rests = jsonb_build_array(jsonb_build_array(
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), NULL))
    WHERE state = 'open' AND waits_for = 'customer'
"""
_GO_ON = """
    UPDATE cases_case SET due_at = solution_by WHERE state = 'open' AND waits_for = 'customer'
"""


class Migration(migrations.Migration):
    """Where we wait for the customer the clock of the solution rests from now on."""

    dependencies = [("cases", "0019_clocks_that_rest")]

    operations = [migrations.RunSQL(_REST, _GO_ON)]
