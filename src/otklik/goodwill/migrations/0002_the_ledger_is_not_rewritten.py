from django.db import migrations

FORWARD = """
CREATE FUNCTION the_goodwill_ledger_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION a_goodwill_entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint; total bigint; moved bigint; number bigint;
BEGIN
    number := CASE WHEN TG_TABLE_NAME = 'goodwill_entry' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    SELECT amount INTO wanted FROM goodwill_entry WHERE id = number;
    SELECT coalesce(sum(amount), 0), coalesce(sum(amount) FILTER (WHERE amount > 0), 0) INTO total, moved
        FROM goodwill_posting WHERE entry_id = number;
    IF total <> 0 OR moved <> wanted THEN
        RAISE EXCEPTION 'entry % of the ledger is not balanced: legs add up to %, move % of %',
            number, total, moved, wanted USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION a_goodwill_lot_is_not_overspent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    remains bigint;
BEGIN
    PERFORM 1 FROM goodwill_lot WHERE entry_id = NEW.lot_id FOR NO KEY UPDATE;
    SELECT sum(amount) INTO remains FROM goodwill_posting WHERE lot_id = NEW.lot_id;
    IF remains < 0 THEN
        RAISE EXCEPTION 'lot % of the ledger is overspent by %', NEW.lot_id, -remains USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_goodwill_entry_is_balanced AFTER INSERT ON goodwill_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a_goodwill_entry_is_balanced();
CREATE CONSTRAINT TRIGGER a_goodwill_entry_stays_balanced AFTER INSERT ON goodwill_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a_goodwill_entry_is_balanced();
CREATE TRIGGER a_goodwill_lot_is_not_overspent AFTER INSERT ON goodwill_posting
    FOR EACH ROW WHEN (NEW.lot_id IS NOT NULL) EXECUTE FUNCTION a_goodwill_lot_is_not_overspent();
"""
BACKWARD = """
DROP TRIGGER a_goodwill_entry_is_balanced ON goodwill_entry;
DROP TRIGGER a_goodwill_entry_stays_balanced ON goodwill_posting;
DROP TRIGGER a_goodwill_lot_is_not_overspent ON goodwill_posting;
DROP FUNCTION a_goodwill_entry_is_balanced();
DROP FUNCTION a_goodwill_lot_is_not_overspent();
DROP FUNCTION the_goodwill_ledger_is_not_rewritten();
"""
KEPT = """
CREATE TRIGGER {table}_is_not_rewritten BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION the_goodwill_ledger_is_not_rewritten();
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION the_goodwill_ledger_is_not_rewritten();
"""
UNKEPT = """
DROP TRIGGER {table}_is_not_rewritten ON {table};
DROP TRIGGER {table}_is_not_emptied ON {table};
"""
TABLES = ("goodwill_entry", "goodwill_posting", "goodwill_lot", "goodwill_account")


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0001_first")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(migrations.RunSQL(KEPT.format(table=table), UNKEPT.format(table=table)) for table in TABLES),
    ]
