"""The server's log: plain lines, or JSON lines for machines; nothing about a person in either, and no floods."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

SAME: Final = 5  # lines of one kind that are written in a minute; the rest are counted
MINUTE: Final = 60.0
KINDS: Final = 500  # kinds of lines that are counted
PRIVATE: Final = (
    (re.compile(r"\bmk_[a-z]+_\w+"), "[key]"),
    (re.compile(r"://[^/\s@]+@"), "://[login]@"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "[recording]"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}|(?<![\w:])::[0-9a-f:]+", re.IGNORECASE), "[address]"),
)


def configure(form: str, level: int = logging.WARNING) -> None:
    """Write the log to standard error, as `text` or as `json` lines; replaces what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    handler.addFilter(NoFlood())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def without_people(text: str) -> str:
    """A line without addresses, numbers of recordings, keys and passwords.

    >>> without_people("no verdict on 0123456789abcdef0123456789abcdef for 203.0.113.9")
    'no verdict on [recording] for [address]'
    """
    for pattern, word in PRIVATE:
        text = pattern.sub(word, text)
    return text


class Text(logging.Formatter):
    """The message alone."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return without_people(super().format(record))


class Json(logging.Formatter):
    """One JSON object a line: `at` (UTC), `level`, `logger`, `message`; `error` with the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        line["message"] = without_people(record.getMessage())
        if record.exc_info:
            line["error"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class NoFlood(logging.Filter):
    """Lets `SAME` lines of a kind through in a minute; the next one after that says how many were left out.

    Of one kind are lines of one logger with the same words between their values.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        now, kind = time.monotonic(), (record.name, str(record.msg))
        begun, n = self._seen.pop(kind, (now, 0))
        if now - begun >= MINUTE:
            if n > SAME:
                record.msg, record.args = f"{record.getMessage()} ({n - SAME} more like this before)", ()
            begun, n = now, 0
        self._seen[kind] = (begun, n + 1)
        if len(self._seen) > KINDS:
            self._seen.popitem(last=False)
        return n < SAME
