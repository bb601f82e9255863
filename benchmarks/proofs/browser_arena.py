"""The real collector on our demo page, driven as automation drives browsers: what the server says of each set-up.

What isn't installed is left out with a word; `python benchmarks/arena/common/install.py` brings the packages.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from browsers.inside import places
from browsers.outside import Trouble
from browsers.setups import BY_RULE, NO_EVENTS, NO_RULE, NOTHING, Setup, setups
from browsers.visits import Visit, server, visited
from results import table

from proofs import Finding

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "arena.md"
HEADING: Final = "### Each set-up"
FEW: Final = 3  # of the model's reasons that are shown
SMALL: Final = ("a fetcher without scripts",)


def prove(small: bool) -> list[Finding]:
    """A finding for each set-up; not small, the table also goes to docs/arena.md."""
    found: list[Finding] = []
    rows: list[list[str]] = []
    with server() as at:
        where = cache(lambda: places(f"{at}/demo"))
        for one in setups(where):
            if small and one.name not in SMALL:
                continue
            missing = one.missing()
            if missing:
                found.append(Finding(one.name, f"left out: {missing}", one.wanted))
                continue
            if one.wanted == NO_RULE or one.name.startswith(("xdotool", "py", "Human")):
                where()  # before the visit: looking for places is a visit of its own
            try:
                finding, row = judged(one, visited(at, one.drive))
            except Trouble as trouble:
                finding, row = Finding(one.name, f"left out: {trouble}", one.wanted), [one.name, "failed", "", "", ""]
            found.append(finding)
            rows.append(row)
    if not small:
        write(rows)
    return found


def judged(one: Setup, visit: Visit | None) -> tuple[Finding, list[str]]:
    """The finding, and the row of the table."""
    if visit is None:
        return Finding(one.name, "no visit", one.wanted, one.wanted == NOTHING), [one.name, "no visit", "", "", ""]
    rules, others = ", ".join(visit.rules), ", ".join(visit.others[:FEW])
    held = {
        BY_RULE: bool(visit.rules),
        NO_RULE: not visit.rules,
        NO_EVENTS: visit.verdict == "unsure" and "no events" in visit.others,
        NOTHING: False,
    }.get(one.wanted)
    words = f"{visit.verdict}; {rules or 'no rule'}"
    return Finding(one.name, words, one.wanted, held), [one.name, visit.verdict, str(visit.events), rules, others]


def write(rows: list[list[str]]) -> None:
    """Put the table under its heading of the page, in place of the last one."""
    shown = table(["set-up", "verdict", "events", "rules", "the model's reasons"], rows)
    text = PAGE.read_text(encoding="utf-8")
    part = f"{HEADING}\n\n{shown}\n"
    there = re.compile(rf"{HEADING}\n.*?(?=\n#|\Z)", re.DOTALL)
    text = there.sub(lambda _: part, text) if there.search(text) else f"{text.rstrip()}\n\n{part}"
    PAGE.write_text(text, encoding="utf-8")
