from django.db import migrations

_THERE = """
    UPDATE reach_message SET silent_because = automatic_because, automatic_because = ''
    WHERE direction = 'in' AND automatic_because IN ('list', 'precedence', 'asks_for_silence')
"""
_BACK = """
    UPDATE reach_message SET automatic_because = silent_because, silent_because = ''
    WHERE direction = 'in' AND silent_because <> '' AND automatic_because = ''
"""


class Migration(migrations.Migration):
    dependencies = [("reach", "0010_silence")]

    operations = [migrations.RunSQL(_THERE, _BACK)]
