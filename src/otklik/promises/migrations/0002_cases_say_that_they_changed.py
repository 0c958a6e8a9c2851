from django.db import migrations

FORWARD = """
CREATE FUNCTION promises_are_looked_at_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO promises_watch (case_id, look_at, since)
    VALUES (NEW.id, '1970-01-01Z', CASE WHEN TG_OP = 'INSERT' THEN NEW.created_at ELSE now() END)
    ON CONFLICT (case_id) DO UPDATE SET look_at = '1970-01-01Z';
    RETURN NULL;
END $$;
CREATE TRIGGER promises_of_a_new_case_are_looked_at AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION promises_are_looked_at_again();
CREATE TRIGGER promises_that_changed_are_looked_at AFTER UPDATE ON cases_case
    FOR EACH ROW WHEN (
        (OLD.state, OLD.first_answer_by, OLD.first_answered_at, OLD.next_word_by, OLD.next_word_since,
            OLD.word_given_at, OLD.waits_for, OLD.solution_by, OLD.rests, OLD.promised)
        IS DISTINCT FROM
        (NEW.state, NEW.first_answer_by, NEW.first_answered_at, NEW.next_word_by, NEW.next_word_since,
            NEW.word_given_at, NEW.waits_for, NEW.solution_by, NEW.rests, NEW.promised)
    ) EXECUTE FUNCTION promises_are_looked_at_again();
INSERT INTO promises_watch (case_id, look_at, since)
    SELECT id, '1970-01-01Z', now() FROM cases_case WHERE state = 'open';
"""
BACKWARD = """
DROP TRIGGER promises_that_changed_are_looked_at ON cases_case;
DROP TRIGGER promises_of_a_new_case_are_looked_at ON cases_case;
DROP FUNCTION promises_are_looked_at_again();
DELETE FROM promises_watch;
"""


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_first"), ("cases", "0025_promises_of_people")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
