"""What several cuts ask of the rows before one: which buttons are held, and what ends everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from twins.events_view import Row, is_primary


@dataclass
class Held:
    """The buttons that went down and have not come up."""

    buttons: set[int] = field(default_factory=set)

    def see(self, row: Row) -> None:
        if not is_primary(row):
            return
        if row.kind == "down":
            self.buttons.add(row.button)
        elif row.kind == "up":
            self.buttons.discard(row.button)


def held_rows(rows: list[Row]) -> list[bool]:
    """For each row whether a button was held when it came; what ends everything also lets go."""
    held, page, out = Held(), None, []
    for row in rows:
        if breaks(row, page):
            held.buttons.clear()
        page = row.page
        out.append(bool(held.buttons))
        held.see(row)
    return out


def breaks(row: Row, page: int | None) -> bool:
    """Whether a row ends whatever was going on before it."""
    cancelled = row.kind == "cancel" and is_primary(row)
    return (page is not None and row.page != page) or row.kind in ("hide", "blur") or cancelled
