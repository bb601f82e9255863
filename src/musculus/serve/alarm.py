"""The intruder alarm over a store: what is kept of enrolled people, and how a recording compares with it.

Of each recording that enrols somebody the store keeps two documents, both erased with the recording: `person`, which
is small and says whose it is, and `moves`, the rows of `musculus.tasks.alarm_rows`.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from musculus.serve.networks import KIND as NETWORK
from musculus.store.base import BatchRow, Record, Store
from musculus.store.deletions import note_dropped
from musculus.store.recording import events_of, with_paths

if TYPE_CHECKING:
    from musculus.tasks.alarm_rows import Part

PERSON: Final = "person"
MOVES: Final = "moves"
NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
OTHERS: Final = 12  # other people that somebody is compared with
EACH: Final = 2  # recordings of each of them
OWN: Final = 8  # of the person, the newest


class Alarmed(msgspec.Struct, frozen=True):
    """`GET /v1/people/{person}/alarm`: same person, someone else, the mouse changed, or unsure, and why.

    `score` is in spreads of the person's own visits, below 0 is less like them; `probability` that it is them, null
    where too few others are enrolled. `mouse` says what the recording's mouse does, and whether that is new.
    """

    person: str
    recording: str
    outcome: str
    score: float | None
    probability: float | None
    reasons: list[str]
    mouse: dict[str, Any]
    enrolled: int


class Entry(msgspec.Struct, frozen=True):
    """One recording that enrols a person."""

    person: str
    recording: str
    made: int

    @classmethod
    def of(cls, record: Record) -> Self:
        """From the store's `person` document."""
        return cls(record.name.partition("/")[0], record.recording or "", record.made)


def entries(store: Store, site: str) -> list[Entry]:
    """Everybody who is enrolled at a site, a line a recording, oldest first."""
    return [Entry.of(record) for record in store.records(PERSON, site)]


def keep(store: Store, site: str, person: str, recording: str, now: int, part: bytes) -> bool:
    """Enrol a person with a recording; False where it has just been erased."""
    name = f"{person}/{recording}"  # `person` is there first and goes last: whatever breaks, nothing is left unfound
    kept = store.put_record(Record(PERSON, site, name, now, b"{}", recording))
    return kept and store.put_record(Record(MOVES, site, name, now, part, recording))


def drop(store: Store, site: str, person: str) -> list[str]:
    """Forget that a person was enrolled, and the networks they came from; the recordings that did it."""
    found = [entry.recording for entry in entries(store, site) if entry.person == person]
    for recording in found:
        note_dropped(store, site, recording, (PERSON, MOVES, NETWORK))
        for record in store.records(NETWORK, site, recording=recording):
            store.drop_record(NETWORK, site, record.name)
        store.drop_record(MOVES, site, f"{person}/{recording}")
        store.drop_record(PERSON, site, f"{person}/{recording}")
    return found


def enrolled_part(store: Store, site: str, recording: str) -> Part:
    """What is kept of a recording that enrols somebody. StoreError where it isn't there."""
    from musculus.tasks.alarm_rows import Part

    return Part.of(events_of(_rows(store, site, recording)))


def compare(store: Store, site: str, person: str, recording: str) -> Alarmed:
    """Compare a recording with what a person is enrolled with."""
    from musculus.tasks.alarm import alarm
    from musculus.tasks.alarm_mouse import differences
    from musculus.tasks.alarm_rows import Part

    now = Part.of(events_of(_rows(store, site, recording)), others=False)
    listed = entries(store, site)
    # the recording asked about may enrol somebody: it is not compared with itself
    own = _parts(store, site, person, [e for e in listed if e.recording != recording][::-1], OWN)[::-1]
    others = {p: parts for p in _cohort(listed, person, recording) if (parts := _parts(store, site, p, listed, EACH))}
    said = alarm(own, others, now)
    new = differences([part.device for part in own], now.device) if own else []
    mouse = {"changed": bool(new), "differences": new, **msgspec.to_builtins(now.device)}
    return Alarmed(
        person, recording, said.outcome, said.score, said.probability, said.reasons, mouse, len(own)
    )  # fmt: skip


def _cohort(listed: list[Entry], person: str, recording: str) -> list[str]:
    """Other people: always the same ones, whoever has enrolled last; nobody whom this very recording enrols."""
    people = {e.person for e in listed} - {person} - {e.person for e in listed if e.recording == recording}
    return sorted(people, key=lambda name: hashlib.sha256(name.encode()).digest())[:OTHERS]


def _parts(store: Store, site: str, person: str, listed: list[Entry], most: int) -> list[Part]:
    from musculus.tasks.alarm_rows import Part, made_by

    found: list[Part] = []
    for entry in listed:
        if entry.person != person or len(found) == most:
            continue
        for record in store.records(MOVES, site, name=f"{person}/{entry.recording}"):
            part = msgspec.json.decode(record.document, type=Part)
            if part.made_by == made_by():  # of another version: as if it weren't there; enrolling again renews it
                found.append(part)
    return found


def _rows(store: Store, site: str, recording: str) -> list[BatchRow]:
    return with_paths(store.batches(site, recording), recording)
