from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_first")]
    operations = [migrations.AddField("answer", "explained_twice", models.BooleanField(null=True))]
