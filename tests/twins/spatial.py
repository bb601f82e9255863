"""Spatial measures of a path view, one by one from the contract's words."""

from __future__ import annotations

import itertools
import math

from twins.local_polynomials import smoothed
from twins.summaries import mean, sd

NAN = math.nan
Point = tuple[float, float]
TURN = math.pi * 2


def steps(points: list[Point]) -> list[Point]:
    return [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points)]


def length(points: list[Point]) -> float:
    return math.fsum(math.hypot(*step) for step in steps(points))


def turning_angle(a: Point, b: Point) -> float:
    """From step a to step b, in (-pi, pi]: an exact reversal is +pi."""
    cross = a[0] * b[1] - a[1] * b[0]
    dot = a[0] * b[0] + a[1] * b[1]
    return math.atan2(cross + 0.0, dot)  # -0.0 + 0.0 is 0.0


def turning_angles(points: list[Point]) -> list[float]:
    way = steps(points)
    return [turning_angle(a, b) for a, b in itertools.pairwise(way)]


def sign_changes(values: list[float], skip: float = 0.0, drop: float = 0.0) -> int:
    """Changes of sign, skipping |value| <= skip; first drop runs of one sign whose sum is at most `drop` in size."""
    runs: list[list[float]] = []
    for v in values:
        if abs(v) <= skip:
            continue
        if runs and (runs[-1][0] > 0) == (v > 0):
            runs[-1].append(v)
        else:
            runs.append([v])
    signs = [run[0] > 0 for run in runs if drop == 0 or abs(math.fsum(run)) > drop]
    return sum(a != b for a, b in itertools.pairwise(signs))


def along_and_aside(points: list[Point]) -> list[tuple[float, float]]:
    """(progress along the chord, deviation to the right of it) of each point; the chord must not be 0."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    chord = math.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / chord, (y1 - y0) / chord
    return [((x - x0) * ux + (y - y0) * uy, ux * (y - y0) - uy * (x - x0)) for x, y in points]


def spatial(points: list[Point]) -> dict[str, float]:
    """Every one-number spatial measure but `jitter_t`, of a path view with at least one point."""
    way = length(points)
    chord = math.dist(points[0], points[-1])
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return {
        "path_length": way,
        "displacement": chord,
        "straightness": chord / way if way else NAN,
        "tortuosity": way / chord if chord else NAN,
        **deviations(points, chord),
        "auc_signed": auc_signed(points),
        "auc_abs": auc_abs(points) if chord else NAN,
        "path_crossings": path_crossings(points, chord),
        "jitter": jitter(points),
        **flips(points),
        **turns(points),
        **mackenzie(points, chord),
        "fractal_dimension": katz(points, way),
        **directions(points, way),
        "box_width": max(xs) - min(xs),
        "box_height": max(ys) - min(ys),
    }


def deviations(points: list[Point], chord: float) -> dict[str, float]:
    aside = [d for _, d in along_and_aside(points)] if chord else []
    return {
        "max_abs_deviation": max((abs(d) for d in aside), default=NAN),
        "mean_deviation": mean(aside),
        "mean_abs_deviation": mean([abs(d) for d in aside]),
        "deviation_sd": sd(aside) if len(aside) > 2 else NAN,
    }


def auc_signed(points: list[Point]) -> float:
    """Shoelace of the path closed by its chord. With y down and the path bowed to the right of travel the plain
    shoelace is negative: (0,0) (1,1) (2,0) lies right of its chord and gives -1."""
    if len(points) < 2:
        return NAN
    x0, y0 = points[0]
    ring = [(x - x0, y - y0) for x, y in points] + [(0.0, 0.0)]
    return -math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2 + 0.0


def auc_abs(points: list[Point]) -> float:
    """|deviation| over |progress|: trapezoids, or two triangles where a segment crosses the chord."""
    places = along_and_aside(points)
    areas = []
    for (p, a), (q, b) in itertools.pairwise(places):
        if a * b < 0:
            share = abs(a) / (abs(a) + abs(b))
            areas.append(abs(q - p) * (share * abs(a) + (1 - share) * abs(b)) / 2)
        else:
            areas.append(abs(q - p) * (abs(a) + abs(b)) / 2)
    return math.fsum(areas)


def path_crossings(points: list[Point], chord: float) -> float:
    """Times the path passes from one side of the chord to the other, inside the chord."""
    if len(points) < 3:
        return 0.0
    if chord == 0:
        return NAN
    crossings = 0
    before: tuple[float, float] | None = None  # the last point off the line
    on_line: list[float] = []  # progress of the points on the line since then
    for along, aside in along_and_aside(points):
        if abs(aside) <= 1e-9:
            on_line.append(along)
            continue
        if before and (before[1] > 0) != (aside > 0):
            share = abs(before[1]) / (abs(before[1]) + abs(aside))
            where = mean(on_line) if on_line else before[0] + (along - before[0]) * share
            crossings += -1e-9 <= where <= chord + 1e-9
        before, on_line = (along, aside), []
    return float(crossings)


def jitter(points: list[Point]) -> float:
    if len(points) < 5:
        return NAN
    window = min(9, len(points) - 1 + len(points) % 2)  # the largest odd number of samples if fewer than 9
    return over_smoothed(points, window)


def over_smoothed(points: list[Point], window: int) -> float:
    """Length over the length of the path smoothed by local parabolas."""
    xs = smoothed([p[0] for p in points], window, 2)
    ys = smoothed([p[1] for p in points], window, 2)
    smooth = length(list(zip(xs, ys, strict=True)))
    way = length(points)
    return way / smooth if way and smooth else NAN


def flips(points: list[Point]) -> dict[str, float]:
    columns = {}
    for name, axis in (("x", 0), ("y", 1)):
        along = [step[axis] for step in steps(points)]
        columns[f"{name}_flips"] = float(sign_changes(along))
        columns[f"{name}_flips_3"] = float(sign_changes(along, drop=3.0))
    return columns


def turns(points: list[Point]) -> dict[str, float]:
    angles = turning_angles(points)
    lengths = [math.hypot(*step) for step in steps(points)]
    halves = [(a + b) / 2 for a, b in itertools.pairwise(lengths)]
    return {
        "inflections": float(sign_changes(angles, skip=1e-12)),
        "inflections_10deg": float(sign_changes(angles, skip=1e-12, drop=math.radians(10))),
        "corners": float(sum(abs(a) > math.pi / 2 for a in angles)),
        "total_abs_curvature": math.fsum(abs(a) for a in angles),
        "winding": math.fsum(angles),
        "bending_energy": math.fsum((a / h) ** 2 * h for a, h in zip(angles, halves, strict=True)),
    }


def mackenzie(points: list[Point], chord: float) -> dict[str, float]:
    """MDC and ODC: turns back across and along the task axis."""
    if len(points) < 3:
        return {"direction_changes": 0.0, "orthogonal_changes": 0.0}
    if chord == 0:
        return {"direction_changes": NAN, "orthogonal_changes": NAN}
    moves = steps(along_and_aside(points))
    return {
        "direction_changes": float(sign_changes([aside for _, aside in moves], skip=1e-9)),
        "orthogonal_changes": float(sign_changes([along for along, _ in moves], skip=1e-9)),
    }


def katz(points: list[Point], way: float) -> float:
    n = len(points) - 1
    if n < 1:
        return NAN
    if n == 1:
        return 1.0
    reach = max(math.dist(points[0], p) for p in points)
    below = math.log(n * reach / way)  # log n + log(d / L)
    return math.log(n) / below if abs(below) > 1e-12 else NAN


def directions(points: list[Point], way: float) -> dict[str, float]:
    headings = [(math.atan2(dy, dx), math.hypot(dx, dy)) for dx, dy in steps(points)]
    cosine, sine = mean([math.cos(h) for h, _ in headings]), mean([math.sin(h) for h, _ in headings])
    resultant = math.hypot(cosine, sine)
    lost = resultant <= 1e-12
    shares: list[list[float]] = [[] for _ in range(8)]
    for heading, step in headings:
        shares[math.floor((heading + TURN / 16) / (TURN / 8)) % 8].append(step)
    return {
        "direction_mean": NAN if lost else math.atan2(sine, cosine),
        "direction_resultant": 0.0 if lost else resultant,
        **{f"direction_octant_{k}": math.fsum(s) / way if way else NAN for k, s in enumerate(shares)},
    }


def spatial_series(points: list[Point]) -> dict[str, list[float]]:
    """The series on the path view."""
    angles = turning_angles(points)
    lengths = [math.hypot(*step) for step in steps(points)]
    halves = [(a + b) / 2 for a, b in itertools.pairwise(lengths)]
    triples = zip(points, points[1:], points[2:], strict=False)
    return {
        "curvature_angle": [abs(a) for a in angles],
        "curvature": [a / h for a, h in zip(angles, halves, strict=True)],
        "curvature_distance": [distance_from_line(a, b, c) for a, b, c in triples],
    }


def distance_from_line(a: Point, b: Point, c: Point) -> float:
    """Distance of B from the line AC over |AC|; A = C: NaN."""
    base = math.dist(a, c)
    if base == 0:
        return NAN
    cross = (c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])
    return abs(cross) / base / base
