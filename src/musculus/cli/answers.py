"""What a command says: a few words for people, or one JSON document for programs."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from typing import Any


def answer(args: argparse.Namespace, document: Any, words: str) -> None:
    """Print the document with `--json`, else the words."""
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False) if args.json else words
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(words: str) -> None:
    """Say something beside the answer, on standard error."""
    sys.stderr.write(words + "\n")


def plain(value: Any) -> Any:
    """The value as JSON can hold it: NaN and infinity are null, arrays lists, numbers of numpy Python's own.

    >>> plain({"auc": float("nan"), "n": (1, 2)})
    {'auc': None, 'n': [1, 2]}
    """
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def columns(rows: Sequence[Sequence[str]], width: int = 100) -> str:
    """Rows of text in columns; the last column is cut where a line gets longer than `width`.

    >>> print(columns([("a", "long name"), ("bb", "x")]))
    a   long name
    bb  x
    """
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in rows]
    return "\n".join(line if len(line) <= width else line[: width - 3].rstrip() + "..." for line in lines)
