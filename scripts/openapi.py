"""``docs/openapi.json`` and ``docs/survey.schema.json``: ``write`` them, or ``check`` that they were reviewed."""

import json
import sys
from pathlib import Path

import django

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main(word: str) -> int:
    django.setup()
    from otklik.config.api import api  # noqa: PLC0415 - Django must be set up first
    from otklik.surveys.shape import SurveyShape  # noqa: PLC0415

    schemas = {"openapi.json": api.get_openapi_schema(), "survey.schema.json": SurveyShape.model_json_schema()}
    for name, schema in schemas.items():
        text = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        committed = DOCS / name
        if word == "write":
            committed.write_text(text, encoding="utf-8")
        elif not committed.exists() or committed.read_text(encoding="utf-8") != text:
            print(f"docs/{name} is not what the API says: review the change, then run `make openapi`.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
