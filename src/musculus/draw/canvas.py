"""What every figure shares: axes that look like a page, colours that anyone tells apart, words that say n and unit."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.draw.colours import INK, PALE
from musculus.draw.maps.layouts import Layout
from musculus.errors import DataError, MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

Floats = npt.NDArray[np.float64]
Background = str | Path | npt.NDArray[Any] | None
SCALE: Final = "cividis"  # even steps look even, with any colour vision and in grey
PAPER: Final = "#fdfdfd"  # under what is drawn on a page: colours are told apart on it, whatever surrounds the figure
BLACK: Final = "#000000"  # marks on paper
TALLEST: Final = 9.0  # inches of a whole page
BROADEST: Final = 5.0
NARROW: Final = 4.8
LETTER: Final = 0.073  # inches of a title's letter
# Okabe and Ito's, an order in which neighbours differ in lightness too.
WHEEL: Final = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#8a909b", "#b0a000")


def new_axes(width: float = 6.4, height: float = 4.8) -> Axes:
    """Axes of a figure of their own, inches; MissingExtra where matplotlib isn't installed."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as e:
        raise MissingExtra("drawing needs matplotlib: pip install 'musculus[draw]'") from e
    return Figure(figsize=(width, height), layout="constrained").subplots()


def page_axes(on: Layout, ax: Axes | None) -> Axes:
    """Axes for a page: the given ones, or new ones of the page's form."""
    if ax is not None:
        return ax
    across = min(BROADEST, max(TALLEST * on.width / on.height, 1.0))
    return new_axes(max(across + 1.6, 4.4), float(np.clip(across * on.height / on.width, 1.5, TALLEST)) + 1.1)


def lay_page(ax: Axes, on: Layout, background: Background, title: str, xlabel: str = "") -> None:
    """The page under a map: a screenshot of it, or the outline of its boxes; axes in px of the page, y down."""
    from matplotlib.patches import Rectangle

    if background is None:
        b = on.boxes
        for left, top, w, h, fixed in zip(b.left, b.top, b.width, b.height, b.fixed, strict=True):
            line = (0, (4, 2)) if fixed else "-"
            ax.add_patch(Rectangle((left, top), w, h, fill=False, edgecolor=PALE, lw=0.8, ls=line, zorder=1))
    else:
        picture = _picture(background)
        high = on.width * picture.shape[0] / picture.shape[1]
        ax.imshow(picture, extent=(0, on.width, high, 0), alpha=0.55, zorder=0, interpolation="antialiased")
    ax.set_xlim(0, on.width)
    ax.set_ylim(on.height, 0)
    ax.set_aspect("equal", anchor="W")
    ax.set_xlabel(xlabel or "px from the page's left edge")
    ax.set_ylabel("px from its top")
    dress(ax, title)
    ax.patch.set(facecolor=PAPER, alpha=1.0)


def _picture(background: str | Path | npt.NDArray[Any]) -> npt.NDArray[Any]:
    if not isinstance(background, (str, Path)):
        return background
    from matplotlib.image import imread

    if not Path(background).is_file():
        raise DataError(f"there is no picture {background}; `musculus shot URL -o {background}` takes one")
    try:
        return np.asarray(imread(background))
    except (SyntaxError, ValueError, OSError) as e:
        raise DataError(f"{background} is no picture that can be read ({e}); a PNG is") from e


def dress(ax: Axes, title: str) -> None:
    """Title, and ink: one colour for words, a paler one for lines, both to be set by a page that shows the figure."""
    across = float(ax.get_figure(root=True).get_size_inches()[0])  # type: ignore[union-attr]
    room = int((across - (1.3 if across > NARROW else 2.1)) / LETTER)  # a narrow page stands in the middle
    ax.set_title("\n".join(fill(line, room) for line in title.splitlines()), fontsize=9, color=INK, loc="left")
    ax.patch.set_alpha(0)
    ax.tick_params(colors=INK, labelsize=8)
    ax.xaxis.label.set(color=INK, size=8)
    ax.yaxis.label.set(color=INK, size=8)
    for spine in ax.spines.values():
        spine.set_color(PALE)


def bar(ax: Axes, image: Any, words: str, ticks: list[float] | None = None) -> None:
    """The scale beside a map."""
    figure = ax.get_figure()
    colours = figure.colorbar(image, ax=ax, shrink=0.75, pad=0.02, ticks=ticks, format="{x:,g}")  # type: ignore[union-attr]
    colours.minorticks_off()
    colours.set_label(words, color=INK, size=8)
    colours.ax.tick_params(colors=INK, labelsize=8)
    colours.outline.set_edgecolor(PALE)


def lay_heat(ax: Axes, values: Floats, cell: float, blur: float, see_through: bool) -> AxesImage:
    """Cells as colour, `see_through` where little is; `blur` px of smoothing by a Gaussian, for the eye alone."""
    shown = smoothed(values, blur / cell)
    top = float(shown.max(initial=0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        thin = np.clip(shown / top * 3, 0, 0.85) if top else np.zeros_like(shown)
    clear = thin if see_through else np.ones_like(shown)
    extent = (0, values.shape[1] * cell, values.shape[0] * cell, 0)
    return ax.imshow(shown, cmap=SCALE, vmin=0, vmax=top or 1.0, alpha=clear, extent=extent, zorder=0.5,
                     interpolation="nearest")  # fmt: skip


def smoothed(values: Floats, sigma: float) -> Floats:
    """Values spread by a Gaussian of `sigma` cells; their sum stays but for what falls over the page's edge.

    >>> smoothed(np.eye(1), 1.0).tolist()
    [[1.0]]
    """
    if sigma <= 0:
        return values
    reach = int(np.ceil(3 * sigma))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    out = values
    for axis in (0, 1):
        weight = np.apply_along_axis(np.convolve, axis, np.ones_like(values), bell, "full")
        spread = np.apply_along_axis(np.convolve, axis, out, bell, "full")
        inner = [slice(None)] * 2
        inner[axis] = slice(reach, reach + values.shape[axis])
        out = (spread / weight)[tuple(inner)] if values.shape[axis] == 1 else spread[tuple(inner)] / bell.sum()
    return out


def counted(n: int, what: str) -> str:
    """`1 click`, `1,204 clicks`.

    >>> counted(1, "click"), counted(1204, "click")
    ('1 click', '1,204 clicks')
    """
    return f"{n:,} {what}{'' if n == 1 else 's'}"
