from django.db import migrations

FORWARD = """
CREATE FUNCTION an_answer_is_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
        SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, a.question, a.part, s.segment, s.channel, a.number,
            a.expected, a.choices, -count(*)
        FROM lost a JOIN surveys_sitting s ON s.id = a.sitting_id WHERE NOT s.is_trial
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
        SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, a.question, a.part, s.segment, s.channel, a.number,
            a.expected, a.choices, count(*)
        FROM gained a JOIN surveys_sitting s ON s.id = a.sitting_id WHERE NOT s.is_trial
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER an_answer_given_is_tallied AFTER INSERT ON surveys_answer
    REFERENCING NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION an_answer_is_tallied();
CREATE TRIGGER an_answer_taken_back_is_tallied AFTER DELETE ON surveys_answer
    REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION an_answer_is_tallied();
CREATE TRIGGER an_answer_changed_is_tallied AFTER UPDATE ON surveys_answer
    REFERENCING OLD TABLE AS lost NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION an_answer_is_tallied();

CREATE FUNCTION a_sitting_is_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
        SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, '', '', s.segment, s.channel, s.is_finished::int,
            (i.asked_at IS NOT NULL)::int, s.asked, -count(*)
        FROM lost s LEFT JOIN surveys_invitation i ON i.id = s.invitation_id WHERE NOT s.is_trial
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
        SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, '', '', s.segment, s.channel, s.is_finished::int,
            (i.asked_at IS NOT NULL)::int, s.asked, count(*)
        FROM gained s LEFT JOIN surveys_invitation i ON i.id = s.invitation_id WHERE NOT s.is_trial
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
        SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, a.question, a.part, s.segment, s.channel, a.number,
            a.expected, a.choices, sum(s.sign)
        FROM (
            SELECT l.id FROM lost l JOIN gained g ON g.id = l.id
            WHERE (l.version_id, l.at, l.segment, l.channel, l.is_trial)
                IS DISTINCT FROM (g.version_id, g.at, g.segment, g.channel, g.is_trial)
        ) AS moved
        JOIN (SELECT *, -1 AS sign FROM lost UNION ALL SELECT *, 1 FROM gained) AS s ON s.id = moved.id
        JOIN surveys_answer a ON a.sitting_id = s.id
        WHERE NOT s.is_trial GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(s.sign) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_sitting_begun_is_tallied AFTER INSERT ON surveys_sitting
    REFERENCING NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION a_sitting_is_tallied();
CREATE TRIGGER a_sitting_gone_is_tallied AFTER DELETE ON surveys_sitting
    REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION a_sitting_is_tallied();
CREATE TRIGGER a_sitting_gone_on_is_tallied AFTER UPDATE ON surveys_sitting
    REFERENCING OLD TABLE AS lost NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION a_sitting_is_tallied();
"""
ANSWERED = """
INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, a.question, a.part, s.segment, s.channel, a.number, a.expected,
    a.choices, count(*)
FROM surveys_answer a JOIN surveys_sitting s ON s.id = a.sitting_id WHERE NOT s.is_trial
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
INSERT INTO surveys_stroke (version_id, day, question, part, segment, channel, number, expected, choices, n)
SELECT s.version_id, (s.at AT TIME ZONE 'UTC')::date, '', '', s.segment, s.channel, s.is_finished::int,
    (i.asked_at IS NOT NULL)::int, s.asked, count(*)
FROM surveys_sitting s LEFT JOIN surveys_invitation i ON i.id = s.invitation_id WHERE NOT s.is_trial
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
"""
BACKWARD = """
DROP TRIGGER a_sitting_gone_on_is_tallied ON surveys_sitting;
DROP TRIGGER a_sitting_gone_is_tallied ON surveys_sitting;
DROP TRIGGER a_sitting_begun_is_tallied ON surveys_sitting;
DROP FUNCTION a_sitting_is_tallied();
DROP TRIGGER an_answer_changed_is_tallied ON surveys_answer;
DROP TRIGGER an_answer_taken_back_is_tallied ON surveys_answer;
DROP TRIGGER an_answer_given_is_tallied ON surveys_answer;
DROP FUNCTION an_answer_is_tallied();
DELETE FROM surveys_stroke;
DELETE FROM surveys_tally;
"""


class Migration(migrations.Migration):
    """The first minute of the clock puts what was answered before into tallies; figures are right at once."""

    dependencies = [("surveys", "0004_tallies")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), migrations.RunSQL(ANSWERED, migrations.RunSQL.noop)]
