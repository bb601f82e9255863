"""Who is asking, and what they may: by a key, by the cookie of who signed in, or as the demo on loopback."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from musculus.serve.answers import Refusal
from musculus.serve.caller import (
    Proxies,
    client,
    header,
    household,
    is_by_our_name,
    is_from_here,
    is_https,
    is_same_origin,
    is_spoken_for,
)
from musculus.serve.keys import EVERY_SITE, SITE, Key, Keyring
from musculus.serve.limits import Limits
from musculus.store.base import Record, Store

if TYPE_CHECKING:
    from musculus.serve.networks import Networks

COOKIE: Final = "musculus"
TLS_COOKIE: Final = f"__Host-{COOKIE}"  # a name that browsers take from this very host alone, and only over TLS
SIGNED_IN: Final = 12 * 3600  # seconds
TRIES: Final = 5.0  # wrong keys a second from one address
BATCHES: Final = 500.0  # batches a second from one address
UNNAMED: Final = "proxy (named with --proxy, its visitors would count one by one)"
READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
Scope = Mapping[str, Any]


@dataclass(frozen=True)
class Access:
    """What somebody may: `kind` is that of the key, or `open` for the demo; `site` is empty for all of them."""

    kind: str
    site: str
    key: str = ""

    @property
    def is_admin(self) -> bool:
        """May make keys, and see every tenant if its site is empty."""
        return self.kind == "admin"

    @property
    def is_owner(self) -> bool:
        """May see what is of all sites together: an admin of all, or whoever sits at the demo's machine."""
        return self.kind == "open" or (self.is_admin and self.site == EVERY_SITE)

    def of(self, asked: str | None, otherwise: str) -> str:
        """The site a request is about; asking for another one's is 404, as if there were no such site."""
        site = asked or (otherwise if self.site == EVERY_SITE else self.site)
        if self.site not in (EVERY_SITE, site) or (asked and not SITE.fullmatch(asked)):
            raise Refusal(404, "not_found", "there is no such site")
        return site


class Gate:
    """Decides over every request; `site` is the server's own, which is open on loopback until it has a key.

    `proxies` are those that are believed whom they speak for; `networks` takes down where visits come from.
    """

    def __init__(
        self, store: Store, site: str, *, loopback: bool, proxies: Proxies = (), networks: Networks | None = None
    ) -> None:
        self.keys, self._networks = Keyring(store), networks
        self.site, self.limits = site, Limits()
        self._loopback, self._proxies = loopback, proxies
        self._store = store
        self._secret = shared_secret(store, "cookie")
        self._page_keys: dict[str, tuple[str, float]] = {}

    def is_demo(self, scope: Scope) -> bool:
        """Somebody on this machine, at a server for this machine, with a site that has no keys yet."""
        return self._loopback and not self.keys.has_writers(self.site) and is_from_here(scope)

    def writer(self, scope: Scope) -> str:
        """The site a batch may be written to. Raises `Refusal` for a wrong key, page or pace."""
        text = _query(scope, "key")
        if not text:
            if self.is_demo(scope):
                return self.site
            raise Refusal(401, "key", "this site needs a write key: data-key in the script tag")
        key = self.find(text, scope)
        if key.kind != "write":
            raise Refusal(403, "key", f"a {key.kind} key doesn't belong into a page: use a write key, revoke this one")
        origin = header(scope, b"origin")
        if key.origins and origin not in key.origins:
            raise Refusal(403, "origin", f"this key is not for pages of {origin[:200] or 'nowhere'}")
        if key.rate is not None:
            self._slow(self.limits.wait("key", key.id, key.rate), "this key writes")
        if wait := self.limits.wait("address", self._household(scope), BATCHES):
            alone = client(scope) == client(scope, self._proxies) and is_spoken_for(scope)
            self._slow(wait, f"this {UNNAMED if alone else 'address'} writes")
        return key.site

    def reader(self, scope: Scope) -> Access:
        """Who reads, with a secret or admin key, a cookie, or as the demo. Raises `Refusal` 401 for anybody else."""
        said = header(scope, b"authorization")
        if said:
            scheme, _, text = said.partition(" ")
            if scheme.lower() != "bearer":
                raise Refusal(401, "key", "send the key as: Authorization: Bearer mk_secret_...")
            key = self.find(text.strip(), scope)
            if key.kind == "write":
                raise Refusal(403, "key", "a write key can only write")
            return Access(key.kind, key.site, key.id)
        if access := self._signed_in(scope):
            self.own_page(scope)
            return access
        if self.is_demo(scope) and is_by_our_name(scope):
            self.own_page(scope)
            return Access("open", self.site)
        raise Refusal(401, "key", "a key is needed: Authorization: Bearer mk_secret_..., or sign in at /login")

    def admin(self, scope: Scope) -> Access:
        """Who may change keys and settings. Raises `Refusal` for everybody else, the demo too."""
        access = self.reader(scope)
        if not access.is_admin:
            raise Refusal(403, "key", "this needs an admin key")
        return access

    def owner(self, scope: Scope) -> Access:
        """Who may see what is of all sites together: an admin of all of them, and this machine where it is the demo."""
        access = self.reader(scope)
        if not access.is_owner:
            raise Refusal(403, "key", "this is about all sites: it needs an admin key of all")
        return access

    def own_page(self, scope: Scope) -> None:
        """Refuses what another site's page has a browser change here, with the cookie or with the visitor's place."""
        if scope["method"] not in READING and not is_same_origin(scope):
            raise Refusal(403, "origin", "another site's page asked for this; it was not done")

    def note(self, scope: Scope, site: str, recording: str) -> None:
        """A batch of a visit was kept: remember its network, if the site asks for that."""
        if self._networks and site in self._networks.sites:
            self._networks.note(site, recording, client(scope, self._proxies))

    def is_https(self, scope: Scope) -> bool:
        """Whether the browser speaks TLS, to us or to a proxy of ours."""
        return is_https(scope, self._proxies)

    def find(self, text: str, scope: Scope) -> Key:
        """The key a text is; wrong ones are slowed down, whoever sends them."""
        key = self.keys.find(text)
        if key is None:
            self._slow(self.limits.wait("wrong", self._household(scope), TRIES), "wrong keys come")
            raise Refusal(401, "key", "this key is wrong, expired or revoked")
        return key

    def page_key(self, site: str) -> str:
        """A write key for the demo page, made once a day: whoever sees that page may write as its visitor."""
        text, until = self._page_keys.get(site, ("", 0.0))
        if time.monotonic() > until:
            _, text = self.keys.make("write", site, days=2, note="the demo page")
            self._page_keys[site] = (text, time.monotonic() + 86_400)
        return text

    def cookie_name(self, scope: Scope) -> str:
        """What the cookie is called; over TLS so that no neighbour of this host's name can set one."""
        return TLS_COOKIE if self.is_https(scope) else COOKIE

    def cookie(self, key: Key) -> str:
        """What a signed-in browser is given: the key's number and an end, signed."""
        said = f"{key.id}.{int(time.time()) + SIGNED_IN}"
        return f"{said}.{self._sign(said)}"

    def _signed_in(self, scope: Scope) -> Access | None:
        said, _, signature = _cookie(scope, self.cookie_name(scope)).rpartition(".")
        if not said or not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return None
        number, _, end = said.partition(".")
        key = self.keys.get(number)
        return Access(key.kind, key.site, key.id) if key and int(end) > time.time() else None

    def _sign(self, said: str) -> str:
        return hmac.digest(self._secret, said.encode(), "sha256").hex()

    def _household(self, scope: Scope) -> str:
        return household(client(scope, self._proxies))

    def _slow(self, wait: float, who: str) -> None:
        if wait:
            raise Refusal(429, "rate", f"{who} too fast; come again later", wait=int(wait) + 1)


def shared_secret(store: Store, name: str) -> bytes:
    """32 random bytes that all servers on one store share; the first one to ask makes them."""
    fresh = urlsafe_b64encode(secrets.token_bytes(32))
    store.put_record(Record("secret", "", name, int(time.time() * 1000), fresh), new=True)
    return urlsafe_b64decode(store.records("secret", "", name=name)[0].document)


def _query(scope: Scope, name: str) -> str:
    raw = scope.get("query_string", b"")
    return parse_qs(raw.decode("latin-1")).get(name, [""])[0] if raw else ""


def _cookie(scope: Scope, wanted: str) -> str:
    for part in header(scope, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value
    return ""
