from django.db import migrations

FORWARD = """
CREATE FUNCTION a_note_never_leaves_the_house() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT direction FROM reach_message WHERE id = NEW.message_id) <> 'out' THEN
        RAISE EXCEPTION 'only our letters are delivered, never notes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_note_never_leaves_the_house BEFORE INSERT OR UPDATE OF message_id ON reach_delivery
    FOR EACH ROW EXECUTE FUNCTION a_note_never_leaves_the_house();
"""
BACKWARD = """
DROP TRIGGER a_note_never_leaves_the_house ON reach_delivery;
DROP FUNCTION a_note_never_leaves_the_house();
"""


class Migration(migrations.Migration):
    dependencies = [("reach", "0001_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
