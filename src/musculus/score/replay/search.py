"""The compiled passes of the index: the stored strokes nearest to one, either way round, and how well each fits it.

They are not among the engine's kernels: who never asks an index never waits for them (a second on the first use of a
machine and version, then kept).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from musculus.compiled import Kernel

BLOCK: Final = 2048  # rows looked at together: their distances stay in the processor's nearest cache


def nearest_rows(coarse, asked, sign, owner, count, apart, rows, sides, far):  # type: ignore[no-untyped-def]
    """Write the rows nearest to `asked`, as it is and in a mirror (`sign`), into `rows` and `sides`; their number.

    `coarse` is (dimensions, room) of small whole numbers; rows whose owner is `apart` are left out. `far` is scratch.
    """
    k, found, worst = len(rows), 0, np.float32(np.inf)
    plain, turned = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    for first in range(0, count, BLOCK):
        n = min(BLOCK, count - first)
        plain[:n] = 0
        turned[:n] = 0
        for d in range(len(asked)):
            a, line = np.float32(asked[d]), coarse[d, first : first + n]
            if sign[d] > 0:
                for j in range(n):
                    off = np.float32(line[j]) - a
                    plain[j] += off * off
                    turned[j] += off * off
            else:
                for j in range(n):
                    off, other = np.float32(line[j]) - a, np.float32(line[j]) + a
                    plain[j] += off * off
                    turned[j] += other * other
        for j in range(n):
            distance = min(plain[j], turned[j])
            if distance >= worst or owner[first + j] == apart:
                continue
            at = found if found < k else k - 1
            found = max(found, at + 1)
            while at > 0 and far[at - 1] > distance:
                far[at], rows[at], sides[at] = far[at - 1], rows[at - 1], sides[at - 1]
                at -= 1
            far[at], rows[at], sides[at] = distance, first + j, turned[j] < plain[j]
            if found == k:
                worst = far[k - 1]
    return found


def copies(asked, run, mirror, stored, stored_run, unit, sides, floor, px, freedom, fit):  # type: ignore[no-untyped-def]
    """Write into `fit` the log likelihood of `asked` as a copy of each stored stroke, mirrored where `sides` says so.

    `floor` and `px` are (scatters, dimensions) of variances; a copy has any of the scatters, with the same chance.
    """
    power, scatters = (freedom + 1) / 2, len(floor)
    for i in range(len(stored)):
        small = (100.0 / min(run, stored_run[i])) ** 2
        total = -math.inf
        for s in range(scatters):
            log = 0.0
            for d in range(len(asked)):
                off = (-asked[d] if sides[i] and mirror[d] < 0 else asked[d]) - stored[i, d] * unit[d]
                variance = floor[s, d] + px[s, d] * small
                log -= power * math.log1p(off * off / (freedom * variance)) + 0.5 * math.log(variance)
            high = max(total, log)
            total = high + math.log(math.exp(total - high) + math.exp(log - high))
        fit[i] = total - math.log(scatters)


nearest: Final = Kernel(nearest_rows, "i8(i1[:,::1], i1[::1], i1[::1], i4[::1], i8, i4, i8[::1], b1[::1], f4[::1])")
compare: Final = Kernel(
    copies,
    "void(f8[::1], f8, f8[::1], f4[:,::1], f4[::1], f8[::1], b1[::1], f8[:,::1], f8[:,::1], f8, f8[::1])",
)
