from django.db import migrations, models

GUARDED = """
CREATE OR REPLACE FUNCTION the_customers_word_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.words <> '' OR (NEW.case_id, NEW.customer_id, NEW.is_solved, NEW.said_by, NEW.at)
        IS DISTINCT FROM (OLD.case_id, OLD.customer_id, OLD.is_solved, OLD.said_by, OLD.at)
        OR {scores} THEN
        RAISE EXCEPTION 'the customer''s word is not rewritten (only its text may be erased)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = "(NEW.satisfaction, NEW.ease) IS DISTINCT FROM (OLD.satisfaction, OLD.ease)"
AFTER = (
    "(NEW.satisfaction, NEW.ease, NEW.explained_twice)"
    " IS DISTINCT FROM (OLD.satisfaction, OLD.ease, OLD.explained_twice)"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_promises_of_people")]
    operations = [
        migrations.AddField("customersword", "explained_twice", models.BooleanField(null=True)),
        migrations.RunSQL(GUARDED.format(scores=AFTER), GUARDED.format(scores=BEFORE)),
    ]
