"""Text in CSV that a spreadsheet would run as a formula gets an apostrophe before it, which our readers take away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    import polars as pl

    Table = TypeVar("Table", pl.DataFrame, pl.LazyFrame)

# signs a formula begins with, also as wide as they are in East Asia; and a cell that looks guarded is guarded once more
RISKY: Final = r"^('*[=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"
GUARDED: Final = r"^'('*[=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"
_RISKY: Final = re.compile(RISKY.replace("\\x{", "\\u").replace("}", ""))


def guard(text: str) -> str:
    """A cell of text as it may stand in CSV.

    >>> guard("=HYPERLINK(1)"), guard("'=1"), guard("a=b"), guard("'tis")
    ("'=HYPERLINK(1)", "''=1", 'a=b', "'tis")
    """
    return f"'{text}" if _RISKY.match(text) else text


def guarded(table: Table) -> Table:
    """A table whose cells of text may stand in CSV; numbers are as they were, negative ones too."""
    import polars as pl
    import polars.selectors as cs

    text = cs.by_dtype(pl.String, pl.Categorical, pl.Enum)
    return table.with_columns(text.cast(pl.String).str.replace(RISKY, "'${1}"))


def unguarded(table: Table) -> Table:
    """The table that was `guarded`."""
    import polars as pl
    import polars.selectors as cs

    return table.with_columns(cs.by_dtype(pl.String).str.replace(GUARDED, "${1}"))
