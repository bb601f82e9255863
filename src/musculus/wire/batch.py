"""What one batch from a page says: whose it is, what the page looked like, and its events as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta

from musculus.events import encode

Array = npt.NDArray[Any]

_FAR = 1 << 25
# A whole number stays one: both encoders then write 1280, not 1280.0, and a frame has one spelling.
Length = Annotated[int, Meta(ge=0, le=_FAR)] | Annotated[float, Meta(ge=0, le=_FAR)]
Offset = Annotated[int, Meta(ge=-_FAR, le=_FAR)] | Annotated[float, Meta(ge=-_FAR, le=_FAR)]
Ratio = Annotated[int, Meta(gt=0, le=1000)] | Annotated[float, Meta(gt=0, le=1000)]


class Context(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The page when the batch was made; lengths in CSS px, pairs are (width, height) or (x, y).

    Attributes
    ----------
    site : the key of the script tag
    address : path of the page, never its query
    viewport, document, screen : sizes
    device_pixel_ratio : device pixels in one CSS pixel
    scroll : offset of the page
    lost : events of this page dropped before they could be sent
    targets : the selectors that codes of the column `target` stand for
    """

    site: Annotated[str, Meta(max_length=64)]
    address: Annotated[str, Meta(max_length=2048, pattern=r"\A[^?#]*\Z")]
    viewport: tuple[Length, Length]
    document: tuple[Length, Length]
    screen: tuple[Length, Length]
    device_pixel_ratio: Ratio
    scroll: tuple[Offset, Offset]
    lost: Annotated[int, Meta(ge=0, le=2**53)] = 0
    targets: tuple[Annotated[str, Meta(max_length=128)], ...] = ()


class Head(NamedTuple):
    """A frame's header: enough to route it, and to name it when the rest is damaged."""

    recording: str
    view: str
    sequence: int
    time_origin: float
    events: int
    length: int
    site: str


BLANK: Final = Context("demo", "/", (1280, 720), (1280, 720), (1280, 720), 1, (0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Events of one page view in arrival order, with names, types and nulls of `musculus.events.SCHEMA`.

    Attributes
    ----------
    recording : 32 lower-case hexadecimal digits, the tab's visit
    view : 16 of them, one document or single-page view
    sequence : 0, 1, 2 ... within the view
    time_origin : ms since 1970 at which the document's clock stood at 0; `t` counts from there
    context : the page
    columns : `t`, `kind`, `x`, `y`, each of shape (n,), and every other column the batch has a value of

    Two batches are equal when all of this is, NaN where NaN is.
    """

    recording: str
    view: str
    sequence: int
    time_origin: float
    context: Context
    columns: Mapping[str, Array]

    @classmethod
    def of(
        cls,
        t: Any,
        x: Any,
        y: Any,
        kind: Any = "move",
        *,
        recording: str = "0" * 32,
        view: str = "0" * 16,
        sequence: int = 0,
        time_origin: float = 0.0,
        context: Context | None = None,
        **more: Any,
    ) -> Batch:
        """A batch from plain sequences, as `Events.of`; further columns of the schema by name.

        >>> Batch.of(t=[0, 8], x=[1, 2], y=[3, 4], button=[-1, 0]).columns["button"]
        array([-1,  0], dtype=int8)
        """
        kinds = [kind] * len(t) if isinstance(kind, str) else kind
        given = {"t": t, "kind": kinds, "x": x, "y": y, **more}
        columns = {name: encode(name, values) for name, values in given.items()}
        return cls(recording, view, sequence, time_origin, context or BLANK, columns)

    @property
    def n(self) -> int:
        """Number of events."""
        return len(self.columns["t"])

    @property
    def site(self) -> str:
        """The key of the script tag."""
        return self.context.site

    @property
    def targets(self) -> tuple[str, ...]:
        """What the codes of the column `target` stand for."""
        return self.context.targets

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Batch):
            return NotImplemented
        same = ("recording", "view", "sequence", "time_origin", "context")
        return (
            all(getattr(self, name) == getattr(other, name) for name in same)
            and self.columns.keys() == other.columns.keys()
            and all(np.array_equal(a, other.columns[k], equal_nan=a.dtype.kind == "f") for k, a in self.columns.items())
        )

    __hash__ = None  # type: ignore[assignment]  # it holds arrays
