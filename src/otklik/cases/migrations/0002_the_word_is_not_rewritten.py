from django.db import migrations

FORWARD = """
CREATE FUNCTION the_customers_word_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.words <> '' OR (NEW.case_id, NEW.customer_id, NEW.is_solved, NEW.said_by, NEW.at)
        IS DISTINCT FROM (OLD.case_id, OLD.customer_id, OLD.is_solved, OLD.said_by, OLD.at)
        OR (NEW.satisfaction, NEW.ease) IS DISTINCT FROM (OLD.satisfaction, OLD.ease) THEN
        RAISE EXCEPTION 'the customer''s word is not rewritten (only its text may be erased)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_customers_word_is_not_rewritten BEFORE UPDATE OR DELETE ON cases_customersword
    FOR EACH ROW EXECUTE FUNCTION the_customers_word_is_not_rewritten();
CREATE FUNCTION the_word_is_of_this_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'satisfied' AND NOT EXISTS (
        SELECT 1 FROM cases_customersword AS word
        WHERE word.id = NEW.word_id AND word.case_id = NEW.id AND word.customer_id = NEW.customer_id AND word.is_solved
    ) THEN
        RAISE EXCEPTION 'only the word of this case''s customer makes it satisfied' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_word_is_of_this_case BEFORE INSERT OR UPDATE OF state, word_id ON cases_case
    FOR EACH ROW EXECUTE FUNCTION the_word_is_of_this_case();
"""
BACKWARD = """
DROP TRIGGER the_word_is_of_this_case ON cases_case;
DROP FUNCTION the_word_is_of_this_case();
DROP TRIGGER the_customers_word_is_not_rewritten ON cases_customersword;
DROP FUNCTION the_customers_word_is_not_rewritten();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
