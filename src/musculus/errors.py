"""The family of errors: each says what was seen, where, and the next step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MusculusError(Exception):
    """Anything musculus refuses to do; the message says what was seen, where, and the next step."""


class EventsError(MusculusError, ValueError):
    """Events that can't be a recording: a missing column, text in numbers, a recording in two runs."""


class ReadError(MusculusError, ValueError):
    """A file no reader understands, or one that breaks its own format."""


class FrameError(MusculusError, ValueError):
    """Bytes that are no batch: truncated, a wrong checksum, a lying length, an unknown kind."""


class MeasureError(MusculusError, ValueError):
    """A measure that isn't there, or one that gave something other than a number for each cut."""


class BundleError(MusculusError, ValueError):
    """A model file that can't be trusted or read: foreign, tampered with, or from another engine."""


class StoreError(MusculusError, RuntimeError):
    """The store can't take or give events: locked by another server, full, damaged."""


class DataError(MusculusError, ValueError):
    """A data set that can't answer the question: a column that is not there, one class only."""


class UsageError(MusculusError, ValueError):
    """A call that can't be carried out as it stands."""


class MissingExtra(MusculusError, ImportError):
    """A library from one of the extras is needed and absent; the message says what to install."""


class UnknownName(MusculusError, KeyError):
    """A name that no table holds; the message offers the nearest ones.

    >>> raise UnknownName("measure", "straigtness", ["displacement", "straightness"])
    Traceback (most recent call last):
    musculus.errors.UnknownName: no measure named 'straigtness'; did you mean 'straightness'? Known: ...
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what, self.name, self.known = what, name, sorted(known)
        close = difflib.get_close_matches(name, self.known, n=1)
        guess = f"did you mean {close[0]!r}? " if close else ""
        super().__init__(f"no {what} named {name!r}; {guess}Known: {', '.join(self.known)}")

    def __str__(self) -> str:  # KeyError would print the repr
        return str(self.args[0])
