"""Rests: where a run of records falls apart because the pointer stood still."""

from __future__ import annotations

from itertools import groupby, pairwise

from twins.events_view import Row


def split_at_rests(rows: list[Row], run: list[int], pause: float) -> list[list[int]]:
    """Parts of a run between rests: first gaps, then records of one position, of at least `pause`."""
    parts: list[list[int]] = []
    for stretch in split_at_gaps(rows, run, pause):
        parts.append([])
        for _, group in groupby(stretch, key=lambda i: (rows[i].x, rows[i].y)):
            standing = list(group)
            if rows[standing[-1]].t - rows[standing[0]].t >= pause:
                parts[-1].append(standing[0])  # the rest begins with the arrival
                parts.append([standing[-1]])  # and ends with the last record there
            else:
                parts[-1] += standing
    return parts


def split_at_gaps(rows: list[Row], run: list[int], pause: float) -> list[list[int]]:
    parts = [run[:1]]
    for a, b in pairwise(run):
        if rows[b].t - rows[a].t >= pause:
            parts.append([])
        parts[-1].append(b)
    return parts
