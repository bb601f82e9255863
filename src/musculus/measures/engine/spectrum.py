"""Amplitude spectra of speed profiles for the spectral arc length (Balasubramanian and others 2015).

The published definition pads the n speeds with zeros to 16 x the next power of two and looks at the amplitudes up to
10 Hz: a tenth of the bins. Of short profiles just these are summed up, from tables of waves; of long ones by FFT.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HIGHEST: Final = 10.0  # Hz
RATE: Final = 100.0  # Hz, of the grid
PAD: Final = 16  # 2 to the pad level of 4
LONGEST: Final = 256  # speeds that the tables reach; beyond, the FFT is faster
AT_ONCE: Final = 1 << 20  # bins of one FFT; above, one FFT for each of the PAD phases keeps memory small


@dataclass(frozen=True, eq=False)
class Waves:
    """cos and sin of 2 pi k (h + 1/2 if n is even) / N, flat: by size N / 16 = 4 ... 256, parity of n, h and bin k.

    Attributes
    ----------
    first : (n_sizes, 2) where the table of a size and parity begins
    bins : (n_sizes,) bins up to 10 Hz
    cosine, sine : flat tables
    """

    first: Ints
    bins: Ints
    cosine: Floats
    sine: Floats


@lru_cache(maxsize=1)
def waves() -> Waves:
    """The tables for profiles of 3 to LONGEST speeds (4.5 MB, made once)."""
    sizes = [4 * 2**k for k in range(LONGEST.bit_length() - 2)]
    bins = np.array([n_bins(size) for size in sizes])
    first, angles, at = np.zeros((len(sizes), 2), np.int64), [], 0
    for s, size in enumerate(sizes):
        for odd in range(2):
            twice = 2 * np.arange(size // 2 + 1) + 1 - odd
            whole = 2 * PAD * size
            table = np.outer(twice, np.arange(bins[s])) % whole * (2 * np.pi / whole)
            first[s, odd] = at
            angles.append(table.ravel())
            at += table.size
    flat = np.concatenate(angles)
    return Waves(first, bins, np.cos(flat), np.sin(flat))


def n_bins(size: int) -> int:
    """Bins from 0 to 10 Hz of a spectrum of PAD x size bins."""
    return int(PAD * size * HIGHEST / RATE) + 1


def power(speed: Floats) -> Floats:
    """Squared amplitudes of a speed profile at the bins from 0 to 10 Hz, by FFT."""
    size = 1 << (len(speed) - 1).bit_length()
    n, bins = PAD * size, n_bins(size)
    if n <= AT_ONCE:
        return _squared(np.fft.rfft(speed, n)[:bins])
    out = np.empty(bins)
    for phase in range(PAD):  # bins phase, phase + PAD ...: the FFT of the speeds turned by a wave of `phase` / n
        turned = speed * np.exp(-2j * np.pi * phase / n * np.arange(len(speed)))
        at = out[phase::PAD]
        at[:] = _squared(np.fft.fft(turned, size)[: len(at)])
    return out


def _squared(values: npt.NDArray[np.complex128]) -> Floats:
    return np.asarray(values.real**2 + values.imag**2, np.float64)
