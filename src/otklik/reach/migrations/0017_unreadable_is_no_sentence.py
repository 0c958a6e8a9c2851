from django.db import migrations

_THERE = """
    UPDATE reach_message SET text = '', full_text = '', search_version = 0, notices = '["unreadable"]'
    WHERE direction = 'in' AND external_id LIKE 'sha256:%' AND raw_id > 0 AND notices = '[]' AND text = full_text
      AND text IN ('The letter could not be read. The original is attached.',
                   'Письмо не удалось прочитать. Оригинал приложен.')
"""


class Migration(migrations.Migration):
    dependencies = [("reach", "0016_bin")]

    operations = [migrations.RunSQL(_THERE, migrations.RunSQL.noop)]
