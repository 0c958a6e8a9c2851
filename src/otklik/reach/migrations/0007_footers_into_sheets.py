from django.db import migrations

_INTO_SHEETS = r"""
    UPDATE reach_message SET sheet =
        CASE WHEN footer ~ 'https?://' THEN jsonb_build_object('link', jsonb_build_object(
            'label', rtrim(substring(footer from '^(.*?)\s*https?://'), ': '),
            'url', substring(footer from 'https?://\S+')
        )) ELSE '{}'::jsonb END ||
        CASE WHEN starts_with(full_text, text || E'\n\n') THEN jsonb_build_object(
            'signature', substr(full_text, length(text) + 3)
        ) ELSE '{}'::jsonb END
    WHERE direction = 'out' AND purpose = 'answer' AND id IN (
        SELECT message_id FROM reach_delivery WHERE state NOT IN ('sent', 'delivered', 'cancelled')
    )
"""


class Migration(migrations.Migration):
    """Only letters that may still leave need what stands around their words; no other row is touched."""

    dependencies = [
        ("reach", "0006_sheet_of_a_letter"),
    ]

    operations = [
        migrations.RunSQL(_INTO_SHEETS, migrations.RunSQL.noop),
    ]
