"""The table of rules, what a broken one says, and what broken rules make of a verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from musculus.events import Events
from musculus.score.rules.visit import Rows, Visit

Test = Callable[[Visit], Rows]

CERTAIN: Final = 1.0
ENOUGH: Final = 0.8  # doubts of different aspects add up to a bot where together they weigh this much


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a recording breaks: how often, and between which rows of its events (`first` to `last`, inclusive).

    `weight` is 1 where one such event settles it, less where it only casts doubt. Doubts of one `aspect` have one
    cause, so that only the weightiest of them counts.
    """

    name: str
    sentence: str
    weight: float
    count: int
    first: int
    last: int
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A test that gives the rows which break it, a sentence for those, what that is worth, and what it is about."""

    name: str
    sentence: str
    weight: float
    test: Test
    aspect: str


RULES: Final[dict[str, Rule]] = {}


def rule(sentence: str, weight: float = CERTAIN, aspect: str = "") -> Callable[[Test], Test]:
    """Add a test to the table under its function's name; it gets one recording and gives the rows that break it."""

    def add(test: Test) -> Test:
        RULES[test.__name__] = Rule(test.__name__, sentence, weight, test, aspect or test.__name__)
        return test

    return add


def findings(recording: Events | Visit) -> list[Finding]:
    """Every rule that one recording breaks, the weightiest first.

    >>> visit = Events.of(t=[0, 90], x=[5, 0], y=[5, 0], kind=["move", "click"], trusted=[1, 0], detail=[0, 0])
    >>> [f.name for f in findings(visit)]
    ['untrusted', 'click_without_coordinates']
    """
    visit = recording if isinstance(recording, Visit) else Visit(recording)
    found = []
    for one in RULES.values():
        rows = one.test(visit)
        if len(rows):
            sentence = one.sentence + (f" ({len(rows)} times)" if len(rows) > 1 else "")
            found.append(Finding(one.name, sentence, one.weight, len(rows), int(rows[0]), int(rows[-1]), one.aspect))
    return sorted(found, key=lambda finding: -finding.weight)


def doubt(broken: Sequence[Finding]) -> float:
    """How much broken rules weigh together, 0 to 1: one less the product of what each aspect leaves.

    >>> doubt([Finding("a", "", 0.6, 1, 0, 0, "path"), Finding("b", "", 0.5, 1, 0, 0, "path")])
    0.6
    >>> doubt([Finding("a", "", 0.5, 1, 0, 0, "path"), Finding("b", "", 0.5, 1, 0, 0, "clock")])
    0.75
    """
    weightiest: dict[str, float] = {}
    for finding in broken:
        weightiest[finding.aspect] = max(finding.weight, weightiest.get(finding.aspect, 0.0))
    return 1.0 - prod(1.0 - weight for weight in weightiest.values()) if weightiest else 0.0


def overrule(verdict: str, broken: Sequence[Finding]) -> str:
    """The verdict (`human`, `bot` or `unsure`) after the rules had their say.

    An impossible event makes it `bot`, whatever the movement looks like. Doubts of at least two aspects that together
    reach 0.8 do, too. Any smaller doubt turns `human` into `unsure` and nothing else: no person is called a bot by one
    doubtful rule.

    >>> overrule("human", [Finding("short_hold", "", 0.4, 8, 0, 90, "software")])
    'unsure'
    """
    if any(finding.weight >= CERTAIN for finding in broken):
        return "bot"
    several = len({finding.aspect for finding in broken}) > 1
    if several and doubt(broken) >= ENOUGH:
        return "bot"
    return "unsure" if broken and verdict == "human" else verdict
