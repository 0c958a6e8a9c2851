from django.db import migrations

_THERE = """
    UPDATE cases_case SET asked_at = asked.at
    FROM (
        SELECT thread.case_id, min(said.at) FILTER (WHERE said.automatic_because = '') AS at,
            (array_agg(said.automatic_because ORDER BY said.id))[1] <> '' AS is_a_machines
        FROM cases_caseconversation AS thread JOIN reach_message AS said USING (conversation_id)
        WHERE said.direction = 'in' AND thread.case_id IN (
            SELECT case_id FROM cases_caseconversation JOIN reach_message USING (conversation_id)
            WHERE direction = 'in' AND automatic_because <> ''
        )
        GROUP BY thread.case_id
    ) AS asked
    WHERE cases_case.id = asked.case_id AND asked.is_a_machines AND asked.at > cases_case.created_at
        AND cases_case.first_answer_by IS NOT NULL
        AND (cases_case.first_answered_at IS NULL OR cases_case.first_answered_at >= asked.at)
"""


class Migration(migrations.Migration):
    """In cases that a machine's letter opened, promises run from the first word of a person."""

    dependencies = [("cases", "0017_asked_later"), ("reach", "0017_unreadable_is_no_sentence")]

    operations = [migrations.RunSQL(_THERE, migrations.RunSQL.noop)]
