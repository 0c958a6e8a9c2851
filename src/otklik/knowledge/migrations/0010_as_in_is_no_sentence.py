from django.db import migrations

_THERE = r"""
    UPDATE knowledge_version SET as_in = earlier.number, change_note = ''
    FROM knowledge_version AS earlier
    WHERE earlier.article_id = knowledge_version.article_id AND earlier.number < knowledge_version.number
      AND knowledge_version.change_note IN ('As in version ' || earlier.number, 'Как в версии ' || earlier.number)
      AND (earlier.title, earlier.summary, earlier.body, earlier.questions)
        = (knowledge_version.title, knowledge_version.summary, knowledge_version.body, knowledge_version.questions)
"""
_BACK = "UPDATE knowledge_version SET change_note = 'As in version ' || as_in WHERE as_in > 0 AND change_note = ''"


class Migration(migrations.Migration):
    """A note that the house wrote itself becomes the number of the version; an author's own stays words."""

    dependencies = [("knowledge", "0009_as_in")]

    operations = [migrations.RunSQL(_THERE, _BACK)]
