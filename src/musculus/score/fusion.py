"""What several strokes say together: evidence adds up, less than it would if strokes of one hand were independent."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Fusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How evidence (log odds of a person, stroke by stroke) becomes one number for a visit.

    No stroke counts for more than `most`. Strokes of one person are alike (`alike` is the share of the variance of
    people's evidence that lies between people), so n of them are worth n / (1 + (n - 1) alike): with ever more strokes
    the evidence nears the mean over `alike` and no more.
    """

    most: float = 4.0
    alike: float = 0.1

    def worth(self, n: int) -> float:
        """How many independent strokes n strokes of one visit are worth, over n.

        >>> Fusion(alike=0.5).worth(3)
        0.5
        """
        return 1.0 / (1.0 + (n - 1) * self.alike) if n else 0.0

    def shares(self, evidence: Floats) -> Floats:
        """What each stroke's evidence is multiplied by, (n,): its limit, and what n strokes are worth.

        >>> Fusion(most=2.0, alike=0.0).shares(np.array([-8.0, 1.0]))
        array([0.25, 1.  ])
        """
        size = np.abs(evidence)
        limited = np.minimum(size, self.most) / np.maximum(size, 1e-300)
        return np.asarray(np.where(size > self.most, limited, 1.0) * self.worth(len(evidence)))

    def total(self, evidence: Floats) -> float:
        """Log odds of a person from all strokes; 0 without any.

        >>> Fusion(most=2.0, alike=0.0).total(np.array([-8.0, 1.0]))
        -1.0
        """
        return float((self.shares(evidence) * evidence).sum())


def alike(evidence: Floats, who: npt.NDArray[np.int64]) -> float:
    """Share of the variance that lies between people (intraclass correlation, one-way), 0 to 1.

    >>> alike(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    n = np.bincount(who).astype(np.float64)
    mean = np.bincount(who, evidence) / n
    groups, total = len(n), n.sum()
    between = float((n * (mean - evidence.mean()) ** 2).sum()) / (groups - 1)
    within = float(((evidence - mean[who]) ** 2).sum()) / max(total - groups, 1.0)
    size = (total - (n**2).sum() / total) / (groups - 1)
    found = (between - within) / (between + (size - 1) * within)
    return float(np.clip(found, 0.0, 1.0))
