"""Tokens: what a page hands its own server, which asks us once what we think of the visit, as with a captcha."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec

from musculus.serve.access import shared_secret
from musculus.store.base import Record, Store

SECONDS: Final = 300  # how long a token is good
LONGEST: Final = 1024  # characters
CLOCKS: Final = 5_000  # ms that the clocks of two servers may differ
SPENT: Final = "spent"
MARK: Final = 24  # random bytes that tell tokens apart


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What a token says: this visit, at this time (ms since 1970); `mark` is spent with it."""

    site: str
    recording: str
    made: int
    mark: str


class Tokens:
    """Makes and checks the tokens of a store; every server on it knows those of the others."""

    def __init__(self, store: Store) -> None:
        self._store, self._secret = store, shared_secret(store, "token")

    def make(self, site: str, recording: str) -> str:
        """A token for a visit."""
        claim = Claim(site, recording, _now(), secrets.token_urlsafe(MARK))
        said = urlsafe_b64encode(msgspec.json.encode(claim)).decode()
        return f"{said}.{self._sign(said)}"

    def spend(self, token: str, site: str) -> tuple[str, str]:
        """The recording a token is about and nothing, or nothing and why it isn't worth anything.

        The reason is `forged`, `expired`, `site` (it is another site's) or `used`; only a good one is spent.
        """
        said, _, signature = token[:LONGEST].partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(said).encode()):
            return "", "forged"
        claim = msgspec.json.decode(urlsafe_b64decode(said), type=Claim)
        if not -CLOCKS <= _now() - claim.made <= SECONDS * 1000:
            return "", "expired"
        if claim.site != site:
            return "", "site"
        new = self._store.put_record(Record(SPENT, site, claim.mark, _now(), b""), new=True)
        return (claim.recording, "") if new else ("", "used")

    def sweep(self) -> int:
        """Forget spent tokens that have expired anyway; how many."""
        return self._store.expire_records(SPENT, _now() - 2 * SECONDS * 1000)

    def _sign(self, said: str) -> str:
        return hmac.digest(self._secret, said.encode("utf-8", "replace"), "sha256").hex()


def _now() -> int:
    return int(time.time() * 1000)
