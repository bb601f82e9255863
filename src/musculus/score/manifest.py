"""What a model file says of itself: its features, its steps, what its numbers mean, and the digest of every member."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from musculus.errors import BundleError
from musculus.score.container import NEXT, sha256

FORMAT = 1
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

_FORMAT = re.compile(rb'\{"format":(\d{1,9})[,}]')


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column the model reads, and how it lies among people (or the target's rows)."""

    name: str
    unit: str = ""
    quantiles: list[float] = []  # at QUANTILES, of the defined values; empty where no row has one
    undefined: float = 0.0  # share of rows in which it is NaN


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One computation from table to table: its kind (a name in the table of kernels) and the members it reads."""

    kind: str
    members: dict[str, str]


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a score becomes a number in 0..1, and what that number means.

    `identity`: the score is it. `logistic`: 1 / (1 + exp(-(slope x score + offset))). `share`: the share of the
    target's training rows with a lower score, linear between `knots`, which are that share's quantiles in equal steps.
    """

    kind: str
    slope: float = 1.0
    offset: float = 0.0
    knots: list[float] = []
    meaning: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The manifest of a model file; the order of the fields is the order in the file."""

    format: int = FORMAT
    musculus: str
    family: str
    task: str = ""
    engine: str = ""  # version of the measures the features were made with
    features: list[Feature]
    steps: list[Step]
    score_kind: str  # log share, log odds, probability, margin, isolation, value
    classes: list[str] = []
    target: int = -1  # index in classes of the one whose score is given; -1 where there are none
    thresholds: tuple[float, float] | None = None  # below the first: no; at or above the second: yes; between: unsure
    verdicts: tuple[str, str] = ("bot", "human")
    calibration: Calibration
    metrics: dict[str, Any] = {}
    data: dict[str, Any] = {}  # source, sha256, rows, people, licence, citation of what it was trained on
    licence: str = ""
    card: str = ""  # the model card, Markdown
    more: dict[str, Any] = {}
    members: dict[str, str] = {}  # name -> sha256


def encode(manifest: Manifest) -> bytes:
    """The manifest as JSON, keys of its tables sorted, so that equal manifests are equal bytes."""
    return msgspec.json.encode(manifest, order="deterministic")


def decode(data: bytes, where: str) -> Manifest:
    """A manifest from JSON.

    Raises BundleError for a newer format, and for fields that are missing, unknown or of the wrong type.
    """
    found = _FORMAT.match(data)
    if found is None:
        raise BundleError(f"{where}: the manifest doesn't start with its format; {NEXT}")
    if int(found[1]) != FORMAT:
        raise BundleError(
            f"{where}: a model file of format {int(found[1])}, this musculus reads format {FORMAT}; upgrade musculus"
        )
    try:
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BundleError(f"{where}: the manifest can't be read ({error}); {NEXT}") from None


def check_members(manifest: Manifest, members: dict[str, bytes], where: str) -> None:
    """Refuse a file whose members aren't exactly those of the manifest, digest by digest.

    Raises BundleError.
    """
    odd = set(manifest.members) ^ set(members)
    if odd:
        raise BundleError(f"{where}: members and manifest disagree about {', '.join(sorted(odd))[:200]}; {NEXT}")
    for name, content in members.items():
        if sha256(content) != manifest.members[name]:
            raise BundleError(f"{where}: {name!r} isn't what the manifest signed (its sha256 differs); {NEXT}")
