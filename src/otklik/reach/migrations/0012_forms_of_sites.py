from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reach", "0011_words_through_lists_are_a_persons")]

    operations = [
        migrations.AddField(
            model_name="inbox",
            name="forms",
            field=models.CharField(
                choices=[("guess", "Guess"), ("always", "Always"), ("never", "Never")],
                db_default="guess",
                default="guess",
                max_length=10,
            ),
        ),
    ]
