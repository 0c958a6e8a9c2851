import django.db.models.deletion
from django.db import migrations, models

_FUNCTION = """
    CREATE FUNCTION knowledge_search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO knowledge_searchchange DEFAULT VALUES;
        RETURN NULL;
    END $$
"""
_WATCHED = {
    "knowledge_article": "INSERT OR DELETE OR UPDATE OF live_id, audience, section_id, language",
    "knowledge_article_organizations": "INSERT OR DELETE OR UPDATE",
    "knowledge_section": "DELETE OR UPDATE OF brand_id, titles",
    "knowledge_searchable": "INSERT OR DELETE OR UPDATE",
    "knowledge_synonym": "INSERT OR DELETE OR UPDATE",
    "knowledge_stopword": "INSERT OR DELETE OR UPDATE",
}
_TRIGGER = """
    CREATE TRIGGER knowledge_search_changed AFTER {deeds} ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION knowledge_search_changed()
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_pictures_have_sizes")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[("id", models.BigAutoField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="Searchable",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="searchable",
                        serialize=False,
                        to="knowledge.version",
                    ),
                ),
                ("words", models.TextField()),
                ("vectors", models.BinaryField()),
                ("made_by", models.CharField(max_length=60)),
            ],
        ),
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION knowledge_search_changed()"),
        *(
            migrations.RunSQL(
                _TRIGGER.format(table=table, deeds=deeds), f"DROP TRIGGER knowledge_search_changed ON {table}"
            )
            for table, deeds in _WATCHED.items()
        ),
    ]
