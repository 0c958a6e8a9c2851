from collections.abc import Callable
from typing import Any

from django.db import migrations

from otklik.foundation.secrets import is_locked, lock_secret, unlock_secret

_PURPOSE = "second-factor"


def lock(text: str) -> str:
    return text if is_locked(text) else lock_secret(text, purpose=_PURPOSE)


def unlock(text: str) -> str:
    return unlock_secret(text, purpose=_PURPOSE) if is_locked(text) else text


def change(apps: Any, how: Callable[[str], str]) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"]):
        for name in ("secret", "seed"):
            if row.data.get(name):
                row.data[name] = how(row.data[name])
        if "migrated_codes" in row.data:
            row.data["migrated_codes"] = [how(code) for code in row.data["migrated_codes"]]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("team", "0003_who_had_come_before"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [
        migrations.RunPython(lambda apps, _editor: change(apps, lock), lambda apps, _editor: change(apps, unlock))
    ]
