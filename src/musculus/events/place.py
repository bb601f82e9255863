"""Where in a source a row stands, for errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Names a row of a source: `session_03.csv row 812 (line 813)`.

    `first_row` is the number of rows that came before the table at hand; `first_line` the number of the line its
    first row stands on, where the source has lines that a reader of the error can go to.

    >>> Place("events.csv", first_row=800, first_line=802).row(11)
    'events.csv row 812 (line 813)'
    """

    where: str
    first_row: int = 0
    first_line: int | None = None

    def row(self, i: int) -> str:
        """The i-th row of the table at hand, counted from 0; rows are told counted from 1."""
        line = "" if self.first_line is None else f" (line {self.first_line + i})"
        return f"{self.where} row {self.first_row + i + 1}{line}"

    def after(self, rows: int) -> Place:
        """The place of the row that many rows further on."""
        line = None if self.first_line is None else self.first_line + rows
        return Place(self.where, self.first_row + rows, line)
