"""Logs as JSON lines: the event's name and facts; never texts, names, addresses or tokens."""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "response"}
_LONGEST_SAID: Final = 300
_WITH_TOKENS: Final = "answer|case|contact/sent|desk/undo|files|account/password/reset/key"
_SECRETS: Final = (
    (re.compile(r"[^\s\"'<>()\[\]{}=,;:]+@[^\s\"'<>()\[\]{}=,;:]*[^\W_]"), "[address]"),
    (re.compile(r"(?<![\w.-])(?:\+\d{10,15}|[78]\d{10})(?![\w.-])"), "[phone]"),
    (re.compile(r"\botk_[\w-]{20,}"), "[token]"),
    (re.compile(rf"(/(?:{_WITH_TOKENS})/)[^\s\"'?]+"), r"\1[token]"),
)
_QUOTED_AT_END: Final = re.compile(r":\s*[\"'«].*\Z", re.DOTALL)


def scrubbed(text: str) -> str:
    """``text`` without addresses, phones, and the tokens of our links."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return scrubbed(json.dumps(line, ensure_ascii=False, default=str))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the name that logging calls
        """Where it happened, and what; of the database's words only those that tell no value."""
        return "\n".join(_told(error) for error in reversed(list(_chain(ei[1]))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it came from, and so on; each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    kind = type(error)
    return f"{''.join(traceback.format_tb(error.__traceback__))}{kind.__module__}.{kind.__qualname__}: {_said(error)}"


def _said(error: BaseException) -> str:
    text = str(error)
    if type(error).__module__.startswith(("django.db", "psycopg")):  # below the first line stand DETAIL and CONTEXT
        text = _QUOTED_AT_END.sub("", text.partition("\n")[0])
    return text[:_LONGEST_SAID]
