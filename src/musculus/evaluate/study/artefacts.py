"""Features that are not what their name says, seen by themselves: flags of a table, before anything is concluded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.flags import MOSTLY, Flag, flags
from musculus.evaluate.study.cleaning import tie_share
from musculus.evaluate.study.leaks import told_apart
from musculus.evaluate.study.table import StudyTable, constant

Floats = npt.NDArray[np.float64]
SUMMARY: Final = re.compile(r"_(max|min|q\d+|mean_weighted|weighted_mean|mean|median|std|sd|skew|kurtosis)$")
DERIVATIVE: Final = re.compile(r"acceleration|jerk|snap|angular|deriv")
ANGLE: Final = re.compile(r"(^|_)(angle|angular|curvature|heading|direction|turn)")
SUMMED: Final = re.compile(r"total|sum|winding|resultant|octant|energy|count|distance|changes")
LITTLE: Final = 0.01  # of the standard deviation: a mean weighted by time this small has cancelled out
WEIGHTED: Final = ("_mean_weighted", "_weighted_mean")
TIED: Final = 0.05  # share of the rows whose value stands in another row
LONG: Final = 3000.0  # ms: a row that takes longer holds more than one movement
OFF: Final = 0.01  # by which share a mean weighted by time may miss distance over time
OFTEN: Final = 0.1  # share of the rows in which it misses by more


def artefacts(table: StudyTable) -> list[Flag]:
    """What is wrong with the features of a table, each with what was seen, in the order of its columns.

    Beside the kinds of `musculus.evaluate.flags.flags` (`constant`, here but for 2.5 % of the rows at either end;
    `undefined`, `duplicated`, `telescoping`): `unwrapped`, turns beyond pi; `first_interval`, a mean weighted
    by time that misses distance over time, as where the first interval counts from the clock's zero; `whole_row`, a
    deviation from one straight line though a row holds many movements; `tells_configuration`, `tells_person`,
    `row_order` (`leaks.told_apart`), numbers that may have been written down and not measured; `tied`, values that many
    rows share, which a shift by configuration would stamp with the configuration.
    """
    names, values = table.names, table.values
    found = flags(names, values)
    seen = {(f.name, f.kind) for f in found}
    units = {n: table.about.get(n, {}).get("unit", "") for n in names}
    for flag in (
        *_constant(names, values), *_telescoping(names, values), *_unwrapped(names, values, units),
        *_first_interval(names, values), *_whole_row(names, values), *told_apart(table), *_tied(names, values),
    ):  # fmt: skip
        if (flag.name, flag.kind) not in seen and not (flag.kind == "tied" and (flag.name, "constant") in seen):
            seen.add((flag.name, flag.kind))
            found.append(flag)
    at = {n: i for i, n in enumerate(names)}
    return sorted(found, key=lambda f: at[f.name])


def _constant(names: Sequence[str], values: Floats) -> Iterator[Flag]:
    for name, column, fixed in zip(names, values.T, constant(values), strict=True):
        told = column[~np.isnan(column)]
        if fixed and len(told):
            middle = float(np.median(told))
            yield Flag(name, "constant", f"{middle:g} in {(told == middle).mean():.1%} of the rows")


def _telescoping(names: Sequence[str], values: Floats) -> Iterator[Flag]:
    """A mean of a derivative weighted by time is (last - first) / time: it says nothing of what lies between."""
    at = {n: i for i, n in enumerate(names)}
    for name in names:
        stem = re.sub(r"_(mean_weighted|weighted_mean)$", "", name)
        if stem == name or not DERIVATIVE.search(stem) or f"{stem}_std" not in at:
            continue
        mean, spread = np.abs(values[:, at[name]]), values[:, at[f"{stem}_std"]]
        defined = np.isfinite(mean) & (spread > 0)
        if defined.any() and (share := float((mean[defined] < LITTLE * spread[defined]).mean())) >= MOSTLY:
            words = f"in {share:.0%} of the rows below a hundredth of its standard deviation: the sum cancels out"
            yield Flag(name, "telescoping", words)


def _unwrapped(names: Sequence[str], values: Floats, units: dict[str, str]) -> Iterator[Flag]:
    """All summaries of a series of angles of which one summary lies beyond pi (within two pi)."""
    stems: dict[str, tuple[str, float]] = {}
    angular = [n for n in names if ANGLE.search(n) and not SUMMED.search(n) and units[n] in ("", "rad", "rad/s")]
    for name in angular:
        told = np.abs(values[:, names.index(name)])
        beyond = (told > np.pi + 1e-9) & (told <= 2 * np.pi + 1e-9)
        if beyond.any() and not (told > 2 * np.pi + 1e-9).any() and not units[name].endswith("/s"):
            stem, share = SUMMARY.sub("", name), float(beyond.mean())
            stems[stem] = max(stems.get(stem, (name, 0.0)), (name, share), key=lambda s: s[1])
    for name in angular:
        stem = SUMMARY.sub("", name)
        if stem in stems:
            which, share = stems[stem]
            yield Flag(name, "unwrapped", f"{which} is beyond pi in {share:.1%} of the rows: turns weren't wrapped")
        elif stems and "angular" in stem:
            which = next(iter(stems.values()))[0]
            yield Flag(name, "unwrapped", f"made of the same turns as {which}, which weren't wrapped")


def _first_interval(names: Sequence[str], values: Floats) -> Iterator[Flag]:
    """A speed weighted by time is distance over time; where the time it implies is longer, an interval is too long."""
    columns = {n: values[:, i] for i, n in enumerate(names)}
    distance, time = (next((columns[n] for n in these if n in columns), None) for these in (WAYS, TIMES))
    for name in ("velocity_mean_weighted", "velocity_weighted_mean"):
        if name not in columns or distance is None or time is None:
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            more = distance / columns[name] - time
        more, of = more[np.isfinite(more)], time[np.isfinite(more)]
        if len(more) and (more >= -OFF * of).mean() > MOSTLY and (more > OFF * of).mean() >= OFTEN:
            longer = f"{np.median(more):.0f} ms (median), up to {more.max():.0f} ms"
            words = f"divides by {longer}, more than the row lasts: its first interval counts from the clock's zero"
            yield from (Flag(n, "first_interval", words) for n in names if n.endswith(WEIGHTED))


def _whole_row(names: Sequence[str], values: Floats) -> Iterator[Flag]:
    time = next((values[:, i] for i, n in enumerate(names) if n in TIMES), None)
    if time is None or not np.isfinite(time).any() or np.nanmedian(time) < LONG:
        return
    seconds = np.nanmedian(time) / 1000
    for name in names:
        if name.startswith("deviation_") and "__" not in name:  # with it: of each stroke, summed up over strokes
            words = f"a row lasts {seconds:.0f} s (median): one straight line through many movements, not one each"
            yield Flag(name, "whole_row", words)


def _tied(names: Sequence[str], values: Floats) -> Iterator[Flag]:
    for name, share, column in zip(names, tie_share(values), values.T, strict=True):
        if share > TIED:
            n = len(np.unique(column[~np.isnan(column)]))
            yield Flag(name, "tied", f"{share:.0%} of the rows share their value with another; {n} different values")


WAYS: Final = ("distance_sum", "path_length", "distance_total")
TIMES: Final = ("duration_sum", "movement_time", "duration")
