"""Writes the golden frames anew: `PYTHONPATH=src python tests/golden/make.py`.

Each is a frame (`.bin`) and the same batch as columnar JSON (`.json`). The Python suite and the collector's both read
both and write both, so neither side can change the format alone. A frame that changed is a new version of the format:
collectors in the field go on sending the old one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from musculus.events import KEY_CLASSES, KINDS, SOURCES
from musculus.wire import Batch, Context, encode, encode_json

HERE = Path(__file__).parent


def empty() -> Batch:
    """No event at all."""
    return Batch.of(t=[], x=[], y=[], kind=[])


def moves() -> Batch:
    """A stroke at 125 Hz on a page that paints at 60 Hz, a press at its end."""
    s = np.linspace(0, 1, 60)
    x, y = 100 + 700 * s**2 * (3 - 2 * s), 500 - 200 * s
    n = len(s)
    x, y = np.round(x * 8) / 8, np.round(y * 8) / 8
    return Batch.of(
        t=[1200 + 8 * i for i in range(n)] + [1700.5, 1790.1, 1790.2],
        x=[*x, x[-1], x[-1], x[-1]],
        y=[*y, y[-1], y[-1], y[-1]],
        kind=["move"] * n + ["down", "up", "click"],
        source=["pointer"] * (n + 3),
        pointer=["mouse"] * (n + 3),
        pointer_id=[1] * (n + 3),
        primary=[1] * (n + 3),
        trusted=[1] * (n + 3),
        fractional=[*((x % 1 > 0) | (y % 1 > 0)).astype(int), 0, 0, 0],
        coalesced=[i % 2 for i in range(n)] + [-1] * 3,
        button=[-1] * n + [0, 0, 0],
        buttons=[0] * n + [1, 0, 0],
        movement_x=[*np.diff(x, prepend=x[0]), 0, 0, 0],
        movement_y=[*np.diff(y, prepend=y[0]), 0, 0, 0],
        screen_x=[*(x + 10), *[x[-1] + 10] * 3],
        screen_y=[*(y + 90), *[y[-1] + 90] * 3],
        pressure=[np.nan] * n + [0.5, 0, 0],
        detail=[-1] * n + [0, 0, 1],
        target=[-1] * n + [0, 0, 0],
        fixed=[-1] * n + [0, 0, 0],
        left=[np.nan] * n + [780, np.nan, 780],
        top=[np.nan] * n + [280.5, np.nan, 280.5],
        width=[np.nan] * n + [96, np.nan, 96],
        height=[np.nan] * n + [40, np.nan, 40],
        recording="00112233445566778899aabbccddeeff",
        view="0123456789abcdef",
        sequence=7,
        time_origin=1_764_000_000_123.4,
        context=Context(
            "demo", "/shop/basket", (1280, 720), (1265, 3000.5), (1920, 1080), 1.25, (0, 600), 0, ("#buy",)
        ),
    )


def everything() -> Batch:
    """Every kind, source, key class; gaps that need escapes, rows without position, values at the columns' ends."""
    n = len(KINDS)
    row = np.arange(n)
    some = np.where(row % 3, row, -1)
    far = 2**25 * np.cos(row * np.pi / 2).round() + 0.0  # never -0; from one end to the other, by the middle
    nowhere = np.where(row % 4 == 3, np.nan, 1.0)
    return Batch.of(
        t=np.cumsum([5, 4000, -2, 0, 1e7] * 4) + 0.7,
        x=far * nowhere,
        y=(row * 4095.875 - 30) * nowhere,
        kind=list(KINDS),
        source=[SOURCES[i % 4] for i in row],
        pointer_id=np.where(row % 2, row - 2**31 + 1, 2**31 - 1),
        primary=some % 2,
        fractional=some % 2,
        movement_x=0.0 - far,
        movement_y=np.where(row % 2, np.nan, row / 8),
        button=row - 1,
        buttons=np.where(row % 2, 255, -1),
        scroll_x=row * 1000.0,
        scroll_y=np.where(row == 5, -12.5, np.nan),
        fixed=some % 2,
        slot=row * 1700,
        dx=53.125 - row * 53.125,
        dy=np.where(row > 15, 2.0**25, -(2.0**25)),
        target=row % 3 - 1,
        left=1.5 - row * 1.5,
        top=row + 0.125,
        width=row * 100.0,
        height=np.full(n, 2.0**25),
        key_class=[KEY_CLASSES[i % 11] for i in row],
        repeat=some % 2,
        trusted=some % 2,
        coalesced=some % 2,
        pressure=np.where(row % 2, row / 64, np.nan),
        detail=np.where(row % 2, 32_767 - row, -1),
        pointer=["mouse", "touch", "pen", "mouse"] * 5,
        screen_x=np.nan_to_num(far * nowhere) + 37.5 * row,
        screen_y=np.where(row % 6, np.nan, 1000),
        recording="f" * 32,
        view="e" * 16,
        sequence=2**32 - 1,
        time_origin=1e13,
        context=Context(
            site="größe \"1\" \\ 漢字", address="/%C3%BC/\u2028", viewport=(0, 2**25), document=(0.5, 1),
            screen=(1e-3, 2), device_pixel_ratio=0.1, scroll=(-1.5, 3), lost=2**53 - 1, targets=("#a", "p>b"),
        ),
    )  # fmt: skip


GOLDEN = {"empty": empty, "moves": moves, "everything": everything}

if __name__ == "__main__":
    for name, batch in GOLDEN.items():
        (HERE / f"{name}.bin").write_bytes(encode(batch()))
        (HERE / f"{name}.json").write_bytes(encode_json(batch()).replace(b',"', b',\n"') + b"\n")
