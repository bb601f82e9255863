"""What several cuts ask of the rows before one: held buttons, the monotone clock, what ends everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from twins.events_view import Row, is_primary, position_kinds, usable


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
        elif row.kind == "cancel":
            self.buttons.clear()


def held_rows(rows: list[Row]) -> list[bool]:
    """For each row whether a button was held when it came."""
    held, page, out = Held(), None, []
    for row in rows:
        if page is not None and row.page != page:
            held.buttons.clear()
        page = row.page
        out.append(bool(held.buttons))
        held.see(row)
    return out


def monotone(rows: list[Row]) -> list[float]:
    """Running maximum of the times of rows with a position; other rows show the maximum so far."""
    kinds = position_kinds(rows)
    high, out = float("-inf"), []
    for row in rows:
        if row.kind in kinds and usable(row):
            high = max(high, row.t)
        out.append(high)
    return out


def breaks(row: Row, page: int | None) -> bool:
    """Whether a row ends whatever was going on before it."""
    return (page is not None and row.page != page) or row.kind in ("hide", "blur", "cancel")
