from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _static_files_by_their_plain_names(settings: Settings, tmp_path: Path) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = tmp_path
