from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TERMS = (
    {
        "name": "Ответ на претензию",
        "basis": "Закон РФ «О защите прав потребителей», ст. 22, 31. Сверьте с вашим юристом.",
        "days": 10,
        "is_default": True,
    },
    {
        "name": "Замена товара",
        "basis": "Закон РФ «О защите прав потребителей», ст. 21. Сверьте с вашим юристом.",
        "days": 7,
    },
    {
        "name": "Замена товара после проверки качества",
        "basis": "Закон РФ «О защите прав потребителей», ст. 21. Сверьте с вашим юристом.",
        "days": 20,
        "warn_days": 5,
    },
    {
        "name": "Устранение недостатков товара",
        "basis": "Закон РФ «О защите прав потребителей», ст. 20. Сверьте с вашим юристом.",
        "days": 45,
        "warn_days": 7,
    },
    {
        "name": "Обращение гражданина в организацию с публичными функциями",
        "basis": "Федеральный закон № 59-ФЗ, ст. 12. Сверьте с вашим юристом.",
        "days": 30,
        "starts": "registered",
        "warn_days": 5,
    },
)
WAYS = (
    {
        "name": "Роспотребнадзор",
        "words": "Государственная служба, которая следит за правами потребителей. Пошлина не нужна; приложите "
        "наш ответ и переписку.",
        "url": "https://www.rospotrebnadzor.ru/",
        "position": 1,
    },
    {
        "name": "Общество защиты прав потребителей",
        "words": "Поможет составить обращение и подскажет, на что вы вправе рассчитывать.",
        "position": 2,
    },
    {
        "name": "Суд",
        "words": "Иск о защите прав потребителя можно подать по месту своего жительства.",
        "position": 3,
    },
)


def forward(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What most houses in Russia begin with; each changes it in the settings."""
    term, way = apps.get_model("complaints", "Term"), apps.get_model("complaints", "Way")
    for values in TERMS:
        term.objects.get_or_create(name=values["name"], defaults=values)
    for values in WAYS:
        way.objects.get_or_create(name=values["name"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_the_record_is_not_rewritten")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
