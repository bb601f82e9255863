"""What waits to be posted to webhooks, in the store: written down once, each try made by one of the servers on it."""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Callable
from typing import Final

import msgspec

from musculus.serve.posting import Answer
from musculus.serve.verdict import Verdict
from musculus.store.base import Record, Recording, Store

log = logging.getLogger("musculus.webhooks")

DELIVERY: Final = "delivery"
TOLD: Final = "told"  # which verdicts on a visit a webhook was told; goes with the visit
TRYING: Final = "trying"  # a try that one of the servers makes
FIRST: Final = 2.0  # seconds until the second try; each wait is twice the one before
LONGEST: Final = 600.0  # seconds between two tries
TRIES: Final = 12  # of one delivery that is refused by a host that answers
LIFE: Final = 86_400_000  # ms: older ones are dropped
CLAIM: Final = 60_000  # ms until a try whose server died may be made by another one


class Delivery(msgspec.Struct, frozen=True):
    """One verdict on its way to one hook; `due` is ms since 1970."""

    hook: str
    body: str
    tries: int
    due: int


class Deliveries:
    """The deliveries of a store. Methods block, and raise `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, site: str) -> list[tuple[Record, Delivery]]:
        """What waits at a site, oldest first."""
        kept = self._store.records(DELIVERY, site)
        return [(record, msgspec.json.decode(record.document, type=Delivery)) for record in kept]

    def write_down(self, hook: str, row: Recording) -> bool:
        """Keep a verdict for a hook, unless the last one it was told of this visit said the same; whether it is new.

        It is the k-th the hook is told, whichever server hears of it first: so the others find it there.
        """
        assert row.verdict
        label, site, recording = row.verdict.label, row.site, row.recording
        told = [r for r in self._store.records(TOLD, site, recording=recording) if hook_of(r) == hook]
        if told and told[-1].document.decode() == label:
            return False
        name, now = f"{hook}-{recording}-{len(told):04d}", _now()
        document = msgspec.json.encode(Delivery(hook, _body(name, row), 0, now))
        new = self._store.put_record(Record(DELIVERY, site, name, now, document, recording), new=True)
        self._store.put_record(Record(TOLD, site, name, now, label.encode(), recording), new=True)
        return new

    def claim(self, record: Record, delivery: Delivery) -> bool:
        """Whether this server makes this try; the next one is noted before it, in case it is the server's last."""
        now, site, name = _now(), record.site, record.name
        mine = Record(TRYING, site, f"{name}.{delivery.tries}", now, b"", record.recording)
        if not self._store.put_record(mine, new=True):
            return False
        found = self._store.records(DELIVERY, site, name=name)
        if not found or msgspec.json.decode(found[0].document, type=Delivery).tries != delivery.tries:
            return False  # taken meanwhile, or tried
        tries = delivery.tries + 1
        later = msgspec.structs.replace(delivery, tries=tries, due=now + int(pause(tries) * 1000))
        document = msgspec.json.encode(later)
        return self._store.put_record(Record(DELIVERY, site, name, record.made, document, record.recording))

    def settle(self, record: Record, delivery: Delivery, answer: Answer) -> None:
        """Drop what was taken, and what was refused often enough."""
        refused = not answer.is_taken and not answer.is_down and delivery.tries + 1 >= TRIES
        if refused:
            log.error("webhook %s did not take a verdict in %d tries (%s): dropped", delivery.hook, TRIES, answer.words)
        if answer.is_taken or refused:
            self._store.drop_record(DELIVERY, record.site, record.name)

    def sweep(self, is_wanted: Callable[[Record], bool]) -> None:
        """Drop what is too old, what no hook wants any more, and tries whose servers are gone."""
        now = _now()
        self._store.expire_records(TRYING, now - CLAIM)
        for record in self._store.records(DELIVERY):
            old = now - record.made > LIFE
            if old or not is_wanted(record):
                self._store.drop_record(DELIVERY, record.site, record.name)
            if old:
                log.error("webhook %s did not take a verdict within a day: dropped", hook_of(record))

    def forget(self, site: str, hook: str) -> None:
        """Drop everything about a hook that is gone."""
        for kind in (DELIVERY, TOLD):
            for record in self._store.records(kind, site):
                if hook_of(record) == hook:
                    self._store.drop_record(kind, site, record.name)


def hook_of(record: Record) -> str:
    """The webhook that a delivery or what was told is for; names of an older musculus don't say it of deliveries."""
    if record.kind == DELIVERY:
        return msgspec.json.decode(record.document, type=Delivery).hook
    return record.name.partition("-")[0]


def pause(tries: int) -> float:
    """Seconds until the next try after so many; a little by chance, so that not all come at once.

    >>> all(0.75 <= pause(k) / (2.0 * 2 ** (k - 1)) <= 1.25 for k in (1, 2, 3)), pause(99) <= 750
    (True, True)
    """
    return float(min(FIRST * 2 ** min(tries - 1, 30), LONGEST) * random.uniform(0.75, 1.25))  # noqa: S311  # no secret


def _body(name: str, row: Recording) -> str:
    """What is posted; the same `id` whichever server writes it down."""
    assert row.verdict
    number = hashlib.sha256(name.encode()).hexdigest()[:16]
    said = msgspec.to_builtins(msgspec.json.decode(row.verdict.document, type=Verdict))
    return msgspec.json.encode({"id": number, "site": row.site, "made": row.verdict.made, **said}).decode()


def _now() -> int:
    return int(time.time() * 1000)
