"""Rules about events and timing that no hand makes: impossible ones settle a verdict, doubtful ones only add up.

A rule is a function in one of this folder's files that gives the rows which break it; being there it is in `RULES`.
"""

from __future__ import annotations

from musculus.score.rules import browser, origin, rhythm, route, software
from musculus.score.rules.table import CERTAIN, ENOUGH, RULES, Finding, Rule, doubt, findings, overrule
from musculus.score.rules.visit import Visit

__all__ = [
    "CERTAIN", "ENOUGH", "RULES", "Finding", "Rule", "Visit", "browser", "doubt", "findings", "origin", "overrule",
    "rhythm", "route", "software",
]  # fmt: skip
