"""What a verdict says, as JSON and on the pages."""

from __future__ import annotations

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """One reason: `weight` below 0 speaks against a person; `events` are the first and last row it rests on."""

    name: str
    sentence: str
    weight: float
    events: tuple[int, int]


class Verdict(msgspec.Struct, frozen=True):
    """`GET /v1/recordings/{id}/verdict`: `human`, `bot` or `unsure`, and why.

    `score` (higher is more human) and `probability` are the detector's, null where it had nothing to judge.
    """

    recording: str
    verdict: str
    score: float | None
    probability: float | None
    reasons: list[Reason]
    events: int
    strokes: int
    model: str
