"""Writing a model file: numbers only, and only after it has given the model's own scores back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus import __version__
from musculus.errors import BundleError, UsageError
from musculus.models.calibration import default_calibration
from musculus.models.card import model_card
from musculus.models.exports import Part, parts_of
from musculus.models.outputs import class_index, row_scores, score_kind
from musculus.score.arrays import Floats, to_npy
from musculus.score.bundle import loads
from musculus.score.container import MANIFEST, pack, sha256
from musculus.score.manifest import QUANTILES, Calibration, Feature, Manifest, Step, encode
from musculus.score.scorer import Scorer

TOLERANCE = 1e-5
REPLAYED = 1000


def save(
    model: Any,
    path: str | Path,
    *,
    features: Sequence[str | Feature],
    rows: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    target: Any = 1,
    thresholds: float | tuple[float, float] | None = None,
    calibration: Calibration | None = None,
    card: str | None = None,
    classes: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    **said: Any,
) -> Scorer:
    """Write a fitted model to one file, and give it back as it will be read.

    `rows` are training rows, shape (n, n_features): the ranges in reasons are those of the rows whose label is `target`
    (of all rows without `labels`), and up to 1,000 of them, some with NaN put in, are replayed through the file. Labels
    of two classes are 0 and 1, the target 1; a model of a number needs none. `thresholds`: one score, or two with
    "unsure" between them. `classes` are names for the model's classes, in order (people, say), the labels themselves by
    default. `said` goes into the manifest: `family`, `task`, `engine`, `verdicts`, `metrics`, `licence`, `more`. The
    same model and words give the same bytes.

    Raises BundleError for a family that can't be served or a file that scores differently by more than 1e-5.
    """
    table = np.asarray(rows, dtype=np.float64)
    if table.ndim != 2 or not len(table) or table.shape[1] != len(features):
        raise UsageError(
            f"rows of shape {table.shape} for {len(features)} features; pass the training table, one column each"
        )
    kind = score_kind(model)
    own = table if labels is None or kind == "value" else table[np.asarray(labels) == target]
    if not len(own):
        raise UsageError(f"no row has the label {target!r}; pass the labels the model was fitted with")
    manifest = Manifest(
        musculus=__version__,
        family=said.pop("family", None) or _family(model),
        features=[_described(feature, column) for feature, column in zip(features, own.T, strict=True)],
        steps=[],
        score_kind=kind,
        classes=_named(model, classes),
        target=_target(model, target),
        thresholds=_pair(thresholds),
        calibration=calibration or default_calibration(kind, _asked(model, own, target)),
        data={"rows": len(table), "rows_of_target": len(own), "rows_sha256": sha256(to_npy(table)), **(data or {})},
        card=card or "",
        **said,
    )
    written = pack_model(parts_of(model), manifest)
    scorer = loads(written, str(path))
    _replay(model, scorer, table, target)
    _write(Path(path), written)
    return scorer


def pack_model(parts: Sequence[Part], manifest: Manifest) -> bytes:
    """The bytes of a file from its steps and a manifest that doesn't name them yet; an empty card is written from the
    manifest.
    """
    members: dict[str, bytes] = {}
    steps = []
    for number, part in enumerate(parts):
        named = {}
        for name, value in part.values.items():
            whole = isinstance(value, bytes)
            member = f"{number:02}_{part.kind}_{name}.{_ending(value) if whole else 'npy'}"
            members[member] = value if whole else to_npy(np.asarray(value))
            named[name] = member
        steps.append(Step(part.kind, named))
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    fields |= {"steps": steps, "members": {name: sha256(content) for name, content in members.items()}}
    fields["card"] = manifest.card or model_card(manifest)
    return pack({MANIFEST: encode(Manifest(**fields)), **members})


def _ending(content: bytes) -> str:
    return "musculus" if content.startswith(b"PK") else "onnx"


def _named(model: Any, names: Sequence[str]) -> list[str]:
    own = [str(c) for c in getattr(_last(model), "classes_", [])]
    if names and len(names) != len(own):
        raise UsageError(f"{len(names)} names for {len(own)} classes; name each, in the order of the labels")
    return list(names) or own


def _replay(model: Any, scorer: Scorer, table: Floats, target: Any) -> None:
    rng = np.random.default_rng(0)
    rows = table[np.sort(rng.choice(len(table), min(REPLAYED, len(table)), replace=False))].copy()
    rows[(rng.random(rows.shape) < 0.1) & (rng.random((len(rows), 1)) < 0.3)] = np.nan
    rows[0] = np.nan
    wanted = _asked(model, rows, target)
    alone = np.concatenate([scorer.score(row[None]) for row in rows[:20]])
    for found in (scorer.score(rows), np.concatenate([alone, wanted[20:]])):
        away = np.abs(found - wanted) / np.maximum(1.0, np.abs(wanted))
        if not (away <= TOLERANCE).all():
            worst = int(np.nanargmax(away)) if np.isfinite(away).any() else 0
            said = f"row {worst} of the replay scores {found[worst]:.9g}, the model says {wanted[worst]:.9g}"
            raise BundleError(
                f"not saved: {said}; this converter can't be trusted with this model, take another family"
            )


def _asked(model: Any, rows: Floats, target: Any) -> Floats:
    try:
        return row_scores(model, rows, target=target)
    except ValueError as error:
        said = str(error).partition("\n")[0]
        raise BundleError(f"the model can't score rows with NaN ({said}); put ImputeScale before it") from None


def _described(feature: str | Feature, column: Floats) -> Feature:
    given = feature if isinstance(feature, Feature) else Feature(feature)
    defined = column[np.isfinite(column)]
    quantiles = np.quantile(defined, QUANTILES) if len(defined) else np.empty(0)
    return Feature(
        given.name, given.unit, np.maximum.accumulate(quantiles).tolist(), float(1.0 - len(defined) / len(column))
    )


def _family(model: Any) -> str:
    return type(_last(model)).__name__


def _last(model: Any) -> Any:
    return model[-1] if hasattr(model, "steps") else model


def _target(model: Any, target: Any) -> int:
    classes = getattr(_last(model), "classes_", [])
    if not len(classes):
        return -1
    place = class_index(model, target)
    if len(classes) == 2 and place != 1:
        raise UsageError(
            f"of two classes the second is the target, {classes[1]}; fit with labels 1 for the target and 0 for others"
        )
    return place


def _pair(thresholds: float | tuple[float, float] | None) -> tuple[float, float] | None:
    if thresholds is None:
        return None
    low, high = thresholds if isinstance(thresholds, tuple) else (thresholds, thresholds)
    if not low <= high:
        raise UsageError(f"thresholds are {low} and {high}; the lower one comes first")
    return float(low), float(high)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{path}: can't be written ({error.strerror or error}); choose another place") from None
