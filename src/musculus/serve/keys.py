"""Keys: who may write for a site, read of it, or do everything; of each only a hash is kept.

A key reads `mk_write_1f9a0c2e_<43 characters>`: its kind, its number, its secret. Write keys stand in script tags for
all to see and can only write; secret keys belong to a site's own backend; admin keys open everything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from musculus.errors import UnknownName, UsageError
from musculus.store.base import Record, Store

Kind = Literal["write", "secret", "admin"]
KINDS: Final[tuple[Kind, ...]] = ("write", "secret", "admin")
RECORD: Final = "key"
FORM: Final = re.compile(r"mk_(write|secret|admin)_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
SITE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
ORIGIN: Final = re.compile(r"https?://[^/\s]+")
EVERY_SITE: Final = ""
SLOWEST: Final = 0.001  # batches a second
REMEMBERED: Final = 30 * 86_400_000  # ms that a key which has ended is still listed


class Key(msgspec.Struct, frozen=True):
    """A key as it is kept: `site` empty for an admin of all, times in ms since 1970, `rate` in batches a second."""

    id: str
    kind: Kind
    site: str
    digest: str
    made: int
    expires: int | None = None
    origins: tuple[str, ...] = ()
    rate: float | None = None
    note: str = ""

    def is_good(self, now: int) -> bool:
        """Not expired."""
        return self.expires is None or now < self.expires

    def opens(self, site: str) -> bool:
        """Whether it is for this site."""
        return self.site in (EVERY_SITE, site)

    def shown(self) -> dict[str, object]:
        """What may be told of it: everything but the hash."""
        document: dict[str, object] = msgspec.to_builtins(self)
        document.pop("digest")
        return document


class Keyring:
    """The keys of a store, held in memory; `load` reads them anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, Key] = {}
        self._sites: frozenset[str] = frozenset()
        self.load()

    def load(self) -> None:
        """Read all keys: another server on this store may have made or revoked some."""
        keys = [msgspec.json.decode(record.document, type=Key) for record in self._store.records(RECORD)]
        self._keys = {key.id: key for key in keys}
        self._sites = frozenset(key.site for key in keys if key.kind == "write")

    def find(self, text: str) -> Key | None:
        """The key that a text is, None for a wrong, expired or revoked one; takes the same time for all of them."""
        form = FORM.fullmatch(text)
        key = self._keys.get(form[2]) if form else None
        expected = key.digest if key else "0" * 64
        same = hmac.compare_digest(_digest(text), expected)
        return key if key and same and form and form[1] == key.kind and key.is_good(_now()) else None

    def get(self, number: str) -> Key | None:
        """A key that is still good, by its number."""
        key = self._keys.get(number)
        return key if key and key.is_good(_now()) else None

    def has_writers(self, site: str) -> bool:
        """Whether a site ever got a write key: then nobody writes without."""
        return site in self._sites

    def is_empty(self) -> bool:
        """No key was ever made: the first start."""
        return not self._keys

    def all(self, site: str | None = None) -> list[Key]:
        """The keys of a site, or all, oldest first."""
        found = [key for key in self._keys.values() if site is None or key.site == site]
        return sorted(found, key=lambda key: (key.made, key.id))

    def make(
        self,
        kind: Kind,
        site: str = EVERY_SITE,
        *,
        origins: Iterable[str] = (),
        rate: float | None = None,
        days: float | None = None,
        note: str = "",
    ) -> tuple[Key, str]:
        """A new key and its text, which is told this once.

        `origins` are those whose pages may use a write key (default: any), `rate` how many batches a second it may
        write, `days` until it expires.
        """
        _check(kind, site, origins := tuple(origins), rate, days)
        now = _now()
        number = secrets.token_hex(4)
        text = f"mk_{kind}_{number}_{secrets.token_urlsafe(32)}"
        expires = None if days is None else now + int(days * 86_400_000)
        key = Key(number, kind, site, _digest(text), now, expires, origins, rate, note[:200])
        self._keep(key)
        return key, text

    def expire(self, number: str, hours: float = 0.0) -> Key:
        """Let a key end after some hours: 0 revokes it at once, more leaves time to put a new one in its place."""
        if number not in self._keys:
            raise UnknownName("key", number, self._keys)
        if not 0 <= hours < 876_000:
            raise UsageError(f"a key can't end in {hours!r} hours")
        key = self._keys[number]
        end = _now() + int(hours * 3_600_000)
        key = msgspec.structs.replace(key, expires=end if key.expires is None else min(end, key.expires))
        self._keep(key)
        return key

    def sweep(self, now: int | None = None) -> int:
        """Forget keys that ended a month ago, but of each site one that writes: it says that the site is no demo."""
        ended_before = (_now() if now is None else now) - REMEMBERED
        last = {key.site: key.id for key in self.all() if key.kind == "write"}
        ended = [key for key in self.all() if key.expires is not None and key.expires < ended_before]
        gone = [key for key in ended if last.get(key.site) != key.id]
        for key in gone:
            self._store.drop_record(RECORD, key.site, key.id)
        if gone:
            self.load()
        return len(gone)

    def _keep(self, key: Key) -> None:
        self._store.put_record(Record(RECORD, key.site, key.id, key.made, msgspec.json.encode(key)))
        self.load()


def _check(kind: str, site: str, origins: tuple[str, ...], rate: float | None, days: float | None) -> None:
    if kind not in KINDS:
        raise UnknownName("kind of key", kind, KINDS)
    if site == EVERY_SITE and kind != "admin":
        raise UsageError(f"a {kind} key belongs to one site: name it")
    if site != EVERY_SITE and not SITE.fullmatch(site):
        raise UsageError(f"{site!r} is no name of a site: letters, digits, dots, - and _, 63 at most")
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise UsageError(f"{origin!r} is no origin; write https://shop.example, without a path")
    if rate is not None and not SLOWEST <= rate < float("inf"):
        raise UsageError(f"a rate of {rate!r} batches a second lets nothing in; leave it out for no limit")
    if days is not None and not 0 < days < 36_500:
        raise UsageError(f"a key can't live {days!r} days")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _now() -> int:
    return int(time.time() * 1000)
