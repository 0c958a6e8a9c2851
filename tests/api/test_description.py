"""The committed description is what the API says of itself."""

import json
from pathlib import Path
from typing import Any

from otklik.config.api import api

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def described() -> dict[str, Any]:
    return json.loads(json.dumps(api.get_openapi_schema()))


def test_the_committed_description_is_the_present_one() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == described(), "review the change, then `make openapi`"


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    operations = [(path, one) for path, methods in described()["paths"].items() for one in methods.values()]

    assert len({one["operationId"] for _path, one in operations}) == len(operations) >= 19
    for path, one in operations:
        assert one["summary"], path
        assert one["description"], path
        assert {"401", "429"} <= set(one["responses"]), path


def test_every_post_takes_an_idempotency_key() -> None:
    for path, methods in described()["paths"].items():
        if "post" in methods:
            assert [one["name"] for one in methods["post"]["parameters"]].count("Idempotency-Key") == 1, path
