"""Reading a model file: refuse what can't be trusted, then build its steps."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

from musculus.errors import BundleError, MissingExtra, MusculusError
from musculus.score.container import MANIFEST, MAX_BYTES, NEXT, check_form, content, sha256, unpack
from musculus.score.kernels import Kernel, Parts, read_kernel
from musculus.score.manifest import QUANTILES, Manifest, check_members, decode
from musculus.score.scorer import Scorer

MAX_STEPS, MAX_FEATURES, MAX_WIDTH = 20, 10_000, 100_000
MAX_DEPTH = 3  # models inside models: one that started from one that started from another
_CALIBRATIONS = ("identity", "logistic", "share")


def load(path: str | Path, *, digest: str | None = None, engine: str | None = None) -> Scorer:
    """The model in a file that `musculus train` or `musculus.models.save` wrote. Nothing in the file is ever executed.

    `digest` is the sha256 the whole file must have: inside the file only accidents and clumsy edits show, so whoever
    ships a model keeps its digest elsewhere. `engine` is the version of the measures that will feed it.

    Raises BundleError: what was seen in the file, and the next step.
    """
    data = content(path, MAX_BYTES, "a model file", NEXT)
    if digest is not None and sha256(data) != digest.lower():
        raise BundleError(f"{path}: sha256 is {sha256(data)}, expected {digest}; {NEXT}")
    return loads(data, str(path), engine=engine)


def loads(data: bytes, where: str = "model", *, engine: str | None = None, depth: int = 0) -> Scorer:
    """The model in the bytes of a file; see `load`. `depth` counts the models that this one lies in."""
    if depth > MAX_DEPTH:
        raise BundleError(f"{where}: a model in a model, more than {MAX_DEPTH} deep; {NEXT}")
    members = unpack(data, where)
    manifest = decode(members[MANIFEST], where)  # first, so that a newer file is told it is newer
    check_form(data, members, where)
    del members[MANIFEST]
    check_members(manifest, members, where)
    _check_manifest(manifest, where)
    if engine is not None and manifest.engine and manifest.engine != engine:
        raise BundleError(
            f"{where}: made for engine {manifest.engine}, here is {engine}; train again with `musculus train`"
        )
    return Scorer(manifest, _steps(manifest, members, where, depth), sha256(data), data)


def _check_manifest(manifest: Manifest, where: str) -> None:
    names = [feature.name for feature in manifest.features]
    calibration = manifest.calibration
    wrong = {
        f"{len(names)} features": not 0 < len(names) <= MAX_FEATURES,
        "two features of one name": len(set(names)) != len(names),
        f"{len(manifest.steps)} steps": not 0 < len(manifest.steps) <= MAX_STEPS,
        "a feature's quantiles aren't seven ascending numbers": not all(
            _ascend(f.quantiles, len(QUANTILES)) for f in manifest.features
        ),
        f"target {manifest.target} of {len(manifest.classes)} classes": not -1
        <= manifest.target
        < max(len(manifest.classes), 1),
        "thresholds out of order": not _ascend(list(manifest.thresholds or ()), 2),
        f"a calibration called {calibration.kind[:40]!r}": calibration.kind not in _CALIBRATIONS,
        "a calibration without numbers": calibration.kind == "share" and len(calibration.knots) < 2,
        "a calibration that doesn't ascend": not _ascend(calibration.knots, len(calibration.knots))
        or calibration.slope < 0,
    }
    for what, is_so in wrong.items():
        if is_so:
            raise BundleError(f"{where}: the manifest has {what}; {NEXT}")


def _ascend(numbers: list[float], length: int) -> bool:
    """Finite and never falling, and as many as there should be; none at all will do."""
    rising = all(a <= b for a, b in pairwise(numbers))
    return len(numbers) in (0, length) and rising and all(map(math.isfinite, numbers))


def _steps(manifest: Manifest, members: dict[str, bytes], where: str, depth: int) -> list[Kernel]:
    asked = [member for step in manifest.steps for member in step.members.values()]
    if sorted(asked) != sorted(members):
        raise BundleError(f"{where}: the steps read {len(asked)} members, {len(members)} are there; {NEXT}")
    kernels: list[Kernel] = []
    width = len(manifest.features)
    for number, step in enumerate(manifest.steps, 1):
        here = f"{where}, step {number} ({step.kind[:40]})"
        try:
            parts = Parts({part: members[name] for part, name in step.members.items()}, here, depth)
            kernel = read_kernel(step.kind, parts, width)
        except (BundleError, MissingExtra):
            raise
        except MusculusError as error:
            raise BundleError(f"{here}: {error}; {NEXT}") from None
        kernels.append(kernel)
        width = kernel.n_out
        if not 0 < width <= MAX_WIDTH:
            raise BundleError(f"{here}: gives {width} columns; {NEXT}")
    if width not in (1, len(manifest.classes)):
        raise BundleError(f"{where}: gives {width} numbers a row for {len(manifest.classes)} classes; {NEXT}")
    return kernels
