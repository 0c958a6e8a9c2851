from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_no_subject_is_no_sentence")]

    operations = [
        migrations.AlterField(model_name="case", name="first_answer_by", field=models.DateTimeField(null=True)),
    ]
