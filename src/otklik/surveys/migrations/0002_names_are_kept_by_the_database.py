from django.db import migrations

FORWARD = """
ALTER TABLE surveys_version ADD CONSTRAINT a_version_has_its_names UNIQUE (id, names);
ALTER TABLE surveys_sitting ADD CONSTRAINT an_answer_has_the_names_of_its_version
    FOREIGN KEY (version_id, names) REFERENCES surveys_version (id, names) DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE surveys_sitting ADD CONSTRAINT an_anonymous_answer_has_no_hour
    CHECK (names <> 'anonymous' OR (at AT TIME ZONE 'UTC')::time = '00:00');
CREATE FUNCTION what_was_asked_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % of survey % was published: its words are not changed', OLD.number, OLD.survey_id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER what_was_asked_is_not_rewritten BEFORE UPDATE ON surveys_version
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND
        (OLD.definition, OLD.names, OLD.series) IS DISTINCT FROM (NEW.definition, NEW.names, NEW.series))
    EXECUTE FUNCTION what_was_asked_is_not_rewritten();
"""
BACKWARD = """
DROP TRIGGER what_was_asked_is_not_rewritten ON surveys_version;
DROP FUNCTION what_was_asked_is_not_rewritten();
ALTER TABLE surveys_sitting DROP CONSTRAINT an_anonymous_answer_has_no_hour;
ALTER TABLE surveys_sitting DROP CONSTRAINT an_answer_has_the_names_of_its_version;
ALTER TABLE surveys_version DROP CONSTRAINT a_version_has_its_names;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
