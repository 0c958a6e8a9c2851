from django.db import migrations

WORDS = ("why", "emotion", "how", "first_answer_minutes", "next_word_minutes", "solution_minutes")


class Migration(migrations.Migration):
    dependencies = [("standards", "0003_first_versions")]

    operations = [migrations.RemoveField(model_name="standard", name=name) for name in WORDS]
