from django.db import migrations, models

UNLOGGED = "ALTER TABLE foundation_ratewindow SET UNLOGGED"
LOGGED = "ALTER TABLE foundation_ratewindow SET LOGGED"


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_tally")]
    operations = [
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("scope", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("started", models.BigIntegerField()),
                ("used", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(UNLOGGED, LOGGED),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["created_at"], name="idempotency_by_age"),
        ),
    ]
