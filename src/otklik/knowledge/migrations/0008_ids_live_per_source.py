from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0007_writers_of_a_version")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RemoveConstraint(model_name="article", name="an_imported_article_comes_once"),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                fields=["source", "external_id", "language"],
                condition=models.Q(("external_id", ""), _negated=True),
                name="an_imported_article_comes_once_from_each_source",
            ),
        ),
    ]
