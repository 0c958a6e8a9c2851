from django.db import migrations

_THERE = """
    UPDATE cases_case SET first_answer_by = NULL, next_word_by = NULL, due_at = NULL
    WHERE state = 'open' AND first_answered_at IS NULL AND came_back = 0
      AND EXISTS (SELECT FROM cases_caseconversation WHERE case_id = cases_case.id)
      AND NOT EXISTS (
        SELECT FROM cases_caseconversation AS thread JOIN reach_message AS said USING (conversation_id)
        WHERE thread.case_id = cases_case.id AND said.direction <> 'note' AND said.automatic_because = ''
      )
"""
_BACK = """
    UPDATE cases_case SET first_answer_by = solution_by, due_at = CASE WHEN state = 'open' THEN solution_by END
    WHERE first_answer_by IS NULL
"""


class Migration(migrations.Migration):
    """Open cases in which nothing but machines wrote, and nobody answered, stop waiting for a first answer."""

    dependencies = [("cases", "0015_a_promise_to_nobody"), ("reach", "0017_unreadable_is_no_sentence")]

    operations = [migrations.RunSQL(_THERE, _BACK)]
