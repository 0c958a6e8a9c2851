from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE foundation_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX foundation_cache_expires ON foundation_cache (expires);
"""
BACKWARD = "DROP TABLE foundation_cache;"


class Migration(migrations.Migration):
    dependencies = [("foundation", "0006_webhooks")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
