from django.db import migrations

FORWARD = """
CREATE FUNCTION a_complaints_record_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.words <> ''
        OR (NEW.complaint_id, NEW.what, NEW.at, NEW.is_customers, NEW.facts)
            IS DISTINCT FROM (OLD.complaint_id, OLD.what, OLD.at, OLD.is_customers, OLD.facts)
        OR (NEW.agent_id, NEW.letter_id) IS DISTINCT FROM (OLD.agent_id, OLD.letter_id) THEN
        RAISE EXCEPTION 'the record of a complaint is not rewritten (only its words may be erased)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_complaints_record_is_not_rewritten BEFORE UPDATE OR DELETE ON complaints_step
    FOR EACH ROW EXECUTE FUNCTION a_complaints_record_is_not_rewritten();
"""
BACKWARD = """
DROP TRIGGER a_complaints_record_is_not_rewritten ON complaints_step;
DROP FUNCTION a_complaints_record_is_not_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
