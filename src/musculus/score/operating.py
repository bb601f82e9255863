"""The operating point: where a verdict begins to say "bot", by the people it may be wrong about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.score.container import MANIFEST, pack, unpack
from musculus.score.manifest import Manifest, decode, encode

ALLOWED = 0.01
FEWEST = 3  # people that must lie below the line, or it is nobody's quantile


@dataclass(frozen=True)
class Operating:
    """A line on the score of a visit, and what it was set by.

    Attributes
    ----------
    line : visits that score below it are called bots
    allowed : the share of people that was asked for
    visits : how many were looked at; `below` of them lie below the line
    highest : the share that may lie below it in truth, 95 % sure (Clopper and Pearson 1934, one-sided)
    """

    line: float
    allowed: float
    visits: int
    below: int
    highest: float


def operating_point(scores: npt.ArrayLike, allowed: float = ALLOWED) -> Operating:
    """The line below which at most `allowed` of these scores lie; they are of people, or of traffic taken for people.

    A site's own traffic in shadow mode holds bots too: then the line is lower than people's, and people are safe.
    Scores that are undefined are left out. DataError for fewer than 3 / allowed of them.

    >>> point = operating_point(np.arange(1000.0))
    >>> point.line, point.below, round(point.highest, 3)
    (10.0, 10, 0.017)
    """
    found = np.asarray(scores, np.float64)
    found = np.sort(found[np.isfinite(found)])
    n = len(found)
    if n * allowed < FEWEST:
        raise DataError(
            f"{n} visits with a score are too few for a line at {allowed:.2%} of them; {round(FEWEST / allowed)} are "
            "needed, or more allowed false positives"
        )
    below = int(np.floor(n * allowed + 1e-9))
    line = float(found[below])
    below = int((found < line).sum())
    return Operating(line, allowed, n, below, _highest(below, n))


def _highest(k: int, n: int, sure: float = 0.95) -> float:
    """The share at which k or fewer of n are met in 5 % of draws, by halving."""
    low, high = k / n, 1.0
    steps = np.arange(k + 1)
    choose = np.append(0.0, np.cumsum(np.log((n - steps[:-1]) / (steps[:-1] + 1))))
    for _ in range(60):
        p = (low + high) / 2
        if p >= 1.0:
            break
        terms = choose + steps * np.log(p) + (n - steps) * np.log1p(-p)
        low, high = (p, high) if np.exp(terms).sum() > 1 - sure else (low, p)
    return float(low)


def with_line(data: bytes, point: Operating) -> bytes:
    """A model file that calls visits bots below this line; what it calls human can't lie lower. The rest stays.

    BundleError where the bytes are no model file.
    """
    members = unpack(data, "the model")
    manifest = decode(members.pop(MANIFEST), "the model")
    high = max(point.line, manifest.thresholds[1] if manifest.thresholds else point.line)
    said = {"allowed": point.allowed, "visits": point.visits, "below": point.below, "highest": point.highest}
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    fields |= {"thresholds": (point.line, high), "more": {**manifest.more, "operating": said}}
    return pack({MANIFEST: encode(Manifest(**fields)), **members})
