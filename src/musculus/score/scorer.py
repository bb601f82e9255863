"""A model that has been read from a file: rows in, scores, probabilities, verdicts and reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName, UsageError
from musculus.score.arrays import Floats
from musculus.score.kernels import Kernel
from musculus.score.kernels.boosted import BoostedKernel
from musculus.score.kernels.elementwise import sigmoid
from musculus.score.kernels.histogram import HistogramKernel
from musculus.score.manifest import Calibration, Manifest
from musculus.score.reasons import Reason, reason

CELLS = 4_000_000  # numbers a step may hold at a time: a file's widest step must not ask for more memory than there is


class Scorer:
    """Scores rows of features; a row scores the same alone and in a crowd. Made by `musculus.score.load`.

    Attributes
    ----------
    features : the columns it reads, in their order
    manifest : what the file says of itself (family, ranges of people, metrics, data, licence, card)
    sha256 : digest of the whole file
    file : its bytes, for a model that starts from this one
    """

    def __init__(self, manifest: Manifest, kernels: Sequence[Kernel], sha256: str, file: bytes = b"") -> None:
        self.manifest, self.sha256, self.file = manifest, sha256, file
        self.features = tuple(feature.name for feature in manifest.features)
        self._kernels = tuple(kernels)
        self._block = max(1, CELLS // max([len(self.features), *(kernel.n_out for kernel in self._kernels)]))

    def align(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """Where this model's columns stand among `names`: score with `X[:, scorer.align(names)]`.

        Raises UnknownName for a column that is missing.
        """
        place = {name: i for i, name in enumerate(names)}
        for name in self.features:
            if name not in place:
                raise UnknownName("feature column", name, names)
        return np.array([place[name] for name in self.features], dtype=np.intp)

    def outputs(self, rows: npt.ArrayLike) -> Floats:
        """What the model itself gives, shape (n, k): one column, or one for each of `manifest.classes`."""
        table = self._table(rows)
        if len(table) <= self._block:
            return self._through(table)
        parts = [self._through(table[at : at + self._block]) for at in range(0, len(table), self._block)]
        return np.concatenate(parts)

    def _through(self, table: Floats) -> Floats:
        for kernel in self._kernels:
            table = kernel(table)
        return table

    def score(self, rows: npt.ArrayLike, target: str | None = None) -> Floats:
        """One number for each row, shape (n,): higher is more human, or more the claimed person.

        `target` names the class in question where the model knows several. Raises UsageError for rows of the wrong
        width or with infinite values; NaN is allowed everywhere and means undefined.
        """
        found = self.outputs(rows)
        column: Floats = found[:, self._column(found.shape[1], target)]
        return np.ascontiguousarray(column)

    def class_scores(self, rows: npt.ArrayLike) -> Floats:
        """A number for each class, shape (n, n_classes): probabilities where `probable`, else margins."""
        found = self.outputs(rows)
        if found.shape[1] > 1:
            return found
        if not self.probable:
            return np.hstack([-found, found])
        found = sigmoid(found) if self.manifest.score_kind == "log odds" else found
        return np.hstack([1.0 - found, found])

    @property
    def probable(self) -> bool:
        """Whether `class_scores` gives probabilities."""
        return self.manifest.score_kind in ("probability", "log odds")

    def evidence(self, rows: npt.ArrayLike) -> Floats:
        """What another model may learn from, shape (n, n_classes): logs of probabilities (1e-4 up), or margins."""
        found = self.class_scores(rows)
        return np.log(np.clip(found, 1e-4, 1.0)) if self.probable else found

    def __deepcopy__(self, memo: object) -> Scorer:
        return self  # nothing in it changes

    def probability(self, rows: npt.ArrayLike, target: str | None = None) -> Floats:
        """The score as a number in 0..1, shape (n,); `manifest.calibration.meaning` says what of."""
        return calibrated(self.score(rows, target), self.manifest.calibration)

    def verdict(self, rows: npt.ArrayLike) -> list[str]:
        """`manifest.verdicts` by the thresholds, "unsure" between them; without thresholds always "unsure"."""
        low, high = self.manifest.thresholds or (-np.inf, np.inf)
        no, yes = self.manifest.verdicts
        return [no if score < low else yes if score >= high else "unsure" for score in self.score(rows).tolist()]

    def weights(self, rows: npt.ArrayLike, target: str | None = None) -> Floats:
        """What each feature adds to each row's score against an ordinary value, shape (n, n_features).

        Histogram models: log share less the typical one. Boosted trees: Shapley values, exact. Others: the score less
        that of the same row with this feature at the median of people; for linear models both ways agree.
        """
        table = self._table(rows)
        if len(self._kernels) == 1 and isinstance(self._kernels[0], HistogramKernel | BoostedKernel):
            return self._kernels[0].contributions(table)
        found = np.zeros(table.shape)
        for i, row in enumerate(table):
            crowd = np.tile(row, (len(row) + 1, 1))
            for j, feature in enumerate(self.manifest.features):
                crowd[j, j] = feature.quantiles[3] if feature.quantiles else np.nan
            scores = self.score(crowd, target)
            found[i] = scores[-1] - scores[:-1]
        return found

    def reasons(self, rows: npt.ArrayLike, row: int, limit: int = 5) -> list[Reason]:
        """The features that pull row number `row` to its verdict, strongest first; where no verdict is sure, the
        strongest of both sides.
        """
        table = self._table(rows)
        if not -len(table) <= row < len(table):
            raise UsageError(f"no row {row} in a table of {len(table)}")
        table = table[row:][:1]
        weights = self.weights(table)[0]
        no, yes = self.manifest.verdicts
        side = {no: -1, yes: 1}.get(self.verdict(table)[0], 0)
        order = sorted(
            (j for j, w in enumerate(weights) if w * side > 0 or (side == 0 and w)), key=lambda j: -abs(weights[j])
        )
        return [reason(self.manifest.features[j], float(table[0, j]), float(weights[j])) for j in order[:limit]]

    def _column(self, width: int, target: str | None) -> int:
        classes = self.manifest.classes
        if target is None or (width == 1 and classes and target == classes[self.manifest.target]):
            return self.manifest.target if width > 1 else 0
        if width == 1 or target not in classes:
            raise UnknownName(
                "target of this model", target, classes if width > 1 else classes[self.manifest.target :][:1]
            )
        return classes.index(target)

    def _table(self, rows: npt.ArrayLike) -> Floats:
        table = np.ascontiguousarray(rows, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(self.features):
            raise UsageError(
                f"rows of shape {table.shape}, this model reads {len(self.features)} columns: X[:, scorer.align(names)]"
            )
        if np.isinf(table).any():
            row, column = (int(i) for i in np.argwhere(np.isinf(table))[0])
            raise UsageError(f"row {row}: {self.features[column]} is infinite; an undefined value is NaN")
        return table

    def __repr__(self) -> str:
        return f"<Scorer {self.manifest.family}, {len(self.features)} features, sha256 {self.sha256[:12]}>"


def calibrated(score: Floats, calibration: Calibration) -> Floats:
    """Scores as numbers in 0..1 by a manifest's calibration.

    >>> calibrated(np.array([0.0, 5.0]), Calibration("share", knots=[0.0, 10.0, 20.0]))
    array([0.  , 0.25])
    """
    if calibration.kind == "logistic":
        return sigmoid(calibration.slope * score + calibration.offset)
    if calibration.kind == "share":
        steps: Any = np.linspace(0.0, 1.0, len(calibration.knots))
        shares: Floats = np.interp(score, calibration.knots, steps)
        return shares
    return np.clip(score, 0.0, 1.0)  # a mean over trees in float32 may be 1.0000004
