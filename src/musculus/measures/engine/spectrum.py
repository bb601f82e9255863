"""Amplitude spectra of speed profiles for the spectral arc length (Balasubramanian and others 2015).

The published definition pads the n speeds with zeros to 16 x the next power of two and looks at the amplitudes up to
10 Hz: a tenth of the bins. Padding adds no information, so only every 4th of these bins is computed, and the others
follow by interpolation with a Kaiser-Bessel kernel of 12 bins, exact to 13 digits (the way of non-uniform FFTs:
Fessler & Sutton 2003). The coarse bins of short profiles are summed up from tables of waves; long ones take an FFT.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HIGHEST: Final = 10.0  # Hz
RATE: Final = 100.0  # Hz, of the grid
PAD: Final = 16  # 2 to the pad level of 4
LONGEST: Final = 512  # speeds that the tables reach; beyond, the FFT is as fast
AT_ONCE: Final = 1 << 20  # bins of one FFT; above, one FFT for each of the FINE phases keeps memory small
FINE: Final = 4  # bins to one of the coarse ones that are summed up
TAPS: Final = 12  # coarse bins that an interpolated one is made of
BETA: Final = 32.0  # of the Kaiser-Bessel kernel: as narrow in time as 12 taps allow


@dataclass(frozen=True, eq=False)
class Waves:
    """What the spectra of profiles of up to LONGEST speeds are made of; sizes are N / PAD = 4, 8 ... LONGEST.

    Attributes
    ----------
    first : (n_sizes, 2) where the tables of a size and parity of n begin, in `cosine` and `sine`
    start : (n_sizes, 2) the same in `flatten`
    coarse : (n_sizes,) coarse bins from 0 on that those up to 10 Hz are interpolated from
    cosine, sine : flat tables of cos and sin of 2 pi k (h + 1/2 if n is even) / (FINE x size), by h and coarse bin k
    flatten : by h, what undoes the kernel's own course in time
    kernel : (FINE, TAPS) weights of the coarse bins -5 ... +6 for each fine bin between two of them
    """

    first: Ints
    start: Ints
    coarse: Ints
    cosine: Floats
    sine: Floats
    flatten: Floats
    kernel: Floats


@lru_cache(maxsize=1)
def waves() -> Waves:
    """The tables (5 MB, made once in a few milliseconds)."""
    sizes = [4 * 2**k for k in range(LONGEST.bit_length() - 2)]
    bins = np.array([n_bins(size) for size in sizes])
    coarse = (bins - 1) // FINE + TAPS // 2 + 1
    first, start = np.zeros((len(sizes), 2), np.int64), np.zeros((len(sizes), 2), np.int64)
    angles, flat, at = [], [], 0
    for s, size in enumerate(sizes):
        for odd in range(2):
            twice = 2 * np.arange(size // 2 + 1) + 1 - odd
            whole = 2 * FINE * size
            angles.append((np.outer(twice, np.arange(coarse[s])) % whole).ravel() * (2 * np.pi / whole))
            flat.append(1 / _course(np.pi * twice / (FINE * size)))
            first[s, odd], start[s, odd] = at, sum(len(f) for f in flat[:-1])
            at += len(angles[-1])
    angle = np.concatenate(angles)
    place = np.arange(FINE)[:, None] / FINE - np.arange(1 - TAPS // 2, TAPS // 2 + 1)
    kernel = np.i0(BETA * np.sqrt(np.maximum(1 - (2 * place / TAPS) ** 2, 0)))
    return Waves(first, start, coarse, np.cos(angle), np.sin(angle), np.concatenate(flat), kernel)


def _course(angle: npt.NDArray[np.floating[Any]]) -> Floats:
    """The kernel's Fourier transform, at rad per coarse bin."""
    root = np.sqrt(BETA**2 - (TAPS / 2 * angle) ** 2)
    return np.asarray(TAPS * np.sinh(root) / root, np.float64)


def n_bins(size: int) -> int:
    """Bins from 0 to 10 Hz of a spectrum of PAD x size bins."""
    return int(PAD * size * HIGHEST / RATE) + 1


def coarse_spectrum(speed: Floats) -> tuple[Floats, Floats]:
    """Real and imaginary part of the coarse bins of a long profile by FFT, from -5 on; time begins in its middle."""
    n = len(speed)
    size = 1 << (n - 1).bit_length()
    m = (n_bins(size) - 1) // FINE + TAPS // 2 + 1
    flat = speed / _course(2 * np.pi / (FINE * size) * (np.arange(n) - (n - 1) / 2))
    turn = np.pi * (n - 1) / (FINE * size) * np.arange(m)
    found = _padded(flat, size, m) * (np.cos(turn) + 1j * np.sin(turn))
    found = np.concatenate([found[TAPS // 2 - 1 : 0 : -1].conj(), found])  # below 0 Hz it is its own mirror image
    return found.real.copy(), found.imag.copy()


def _padded(values: Floats, size: int, m: int) -> npt.NDArray[np.complex128]:
    """The first m bins of the FFT of values padded to FINE x size."""
    if FINE * size <= AT_ONCE:
        return np.asarray(np.fft.rfft(values, FINE * size)[:m], np.complex128)
    out = np.empty(m, np.complex128)
    for phase in range(FINE):  # bins phase, phase + FINE ...: the FFT of the values turned by a wave
        turned = values * np.exp(-2j * np.pi * phase / (FINE * size) * np.arange(len(values)))
        part = out[phase::FINE]
        part[:] = np.fft.fft(turned, size)[: len(part)]
    return out
