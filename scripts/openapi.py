"""``docs/openapi.json``: ``write`` it, or ``check`` that the API is what was reviewed."""

import json
import sys
from pathlib import Path

import django

COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main(word: str) -> int:
    django.setup()
    from otklik.config.api import api  # noqa: PLC0415 - Django must be set up first

    schema = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if word == "write":
        COMMITTED.write_text(schema, encoding="utf-8")
        return 0
    if COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == schema:
        return 0
    print("docs/openapi.json is not what the API says: review the change, then run `make openapi`.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
