from django.db import migrations

_THERE = """
    UPDATE cases_case SET subject = '', search_version = 0
    WHERE subject IN ('Without a subject', 'Без темы', 'Erased', 'Удалено')
      AND NOT EXISTS (
        SELECT FROM cases_caseconversation AS thread JOIN reach_message AS said USING (conversation_id)
        WHERE thread.case_id = cases_case.id
          AND (said.subject = cases_case.subject OR starts_with(ltrim(said.text), cases_case.subject))
      )
      AND NOT EXISTS (
        SELECT FROM foundation_event AS happened
        WHERE happened.case_id = cases_case.id AND happened.name = 'cases.edited'
          AND happened.payload->'fields' ? 'subject'
      )
"""


class Migration(migrations.Migration):
    """What the house put in place of a subject goes; what a customer or an agent wrote in the same words stays."""

    dependencies = [
        ("cases", "0013_spam"),
        ("reach", "0017_unreadable_is_no_sentence"),
        ("foundation", "0009_the_queue_is_quiet"),
    ]

    operations = [migrations.RunSQL(_THERE, migrations.RunSQL.noop)]
