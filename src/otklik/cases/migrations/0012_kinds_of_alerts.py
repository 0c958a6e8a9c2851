from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_alerts_of_refused_mail")]

    operations = [migrations.AlterField("alert", "reason", models.CharField(max_length=40))]
