"""Who sends a request: from where, in whose name, and through which proxies; believed only as far as it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from musculus.errors import UsageError

Scope = Mapping[str, Any]
Proxies = tuple[IPv4Network | IPv6Network, ...]
SPOKEN_FOR: Final = frozenset((b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"))
KEPT_BITS: Final = {4: 24, 6: 48}  # of an address where a site asks for one
HOME_BITS: Final = 64  # a single household may choose among all addresses below this many bits of IPv6


def proxies_of(names: Iterable[str]) -> Proxies:
    """The networks whose `X-Forwarded-For` is believed; UsageError for what is no address.

    >>> proxies_of(["10.0.0.0/8", "127.0.0.1"])
    (IPv4Network('10.0.0.0/8'), IPv4Network('127.0.0.1/32'))
    """
    found = []
    for name in names:
        try:
            found.append(ip_network(name))
        except ValueError as error:
            raise UsageError(f"{name!r} is no address of a proxy ({error}); write 127.0.0.1 or 10.0.0.0/8") from error
    return tuple(found)


def client(scope: Scope, proxies: Proxies = ()) -> str:
    """The address a request comes from, empty where there is none (a socket file).

    A trusted proxy is asked whom it speaks for, and so on backwards: the last one of `X-Forwarded-For` that is no
    trusted proxy. What stands further left anybody may have written.
    """
    peer = str(scope["client"][0]) if scope.get("client") else ""
    if not proxies or not _is_one(peer, proxies):
        return peer
    said = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    for address in reversed([part.strip() for part in said.split(",")] if said else []):
        if _parsed(address) is None:
            break
        peer = address
        if not _is_one(address, proxies):
            break
    return peer


def truncated(address: str) -> str | None:
    """The network an address is in: 24 bits of IPv4, 48 of IPv6; None for what is no address.

    >>> truncated("203.0.113.77"), truncated("2001:db8:1:2::3"), truncated("::ffff:203.0.113.77"), truncated("")
    ('203.0.113.0/24', '2001:db8:1::/48', '203.0.113.0/24', None)
    """
    found = _parsed(address)
    return None if found is None else str(ip_network(f"{found}/{KEPT_BITS[found.version]}", strict=False))


def household(address: str) -> str:
    """What limits are counted by: an IPv4 address, or the 64 bits of IPv6 one household has.

    >>> household("203.0.113.77"), household("2001:db8:1:2::3")
    ('203.0.113.77', '2001:db8:1:2::/64')
    """
    found = _parsed(address)
    return str(ip_network(f"{found}/{HOME_BITS}", strict=False)) if isinstance(found, IPv6Address) else address


def is_https(scope: Scope, proxies: Proxies = ()) -> bool:
    """Whether the browser speaks TLS, to us or to a trusted proxy that says so."""
    if scope.get("scheme") == "https":
        return True
    peer = str(scope["client"][0]) if scope.get("client") else ""
    return _is_one(peer, proxies) and header(scope, b"x-forwarded-proto").rpartition(",")[2].strip() == "https"


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    found = _parsed(host.strip("[]"))
    return host == "localhost" if found is None else found.is_loopback


def is_from_here(scope: Scope) -> bool:
    """A peer on this machine, and no proxy that speaks for others."""
    peer = scope.get("client")
    return peer is not None and is_loopback(peer[0]) and not is_spoken_for(scope)


def is_spoken_for(scope: Scope) -> bool:
    """Whether somebody says that they send a request for another one."""
    return any(name in SPOKEN_FOR for name, _ in scope["headers"])


def is_by_our_name(scope: Scope) -> bool:
    """Called by this machine's name: a page elsewhere may point its own name at us, and would read as that name."""
    host = header(scope, b"host")
    return not host or is_loopback(_split(f"//{host}")[0])  # every browser says a host


def is_same_origin(scope: Scope) -> bool:
    """A browser says where a request comes from; other programs say nothing, and hold nobody's cookie."""
    site = header(scope, b"sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = header(scope, b"origin")
    return not origin or _split(origin)[1] == header(scope, b"host") != ""


def header(scope: Scope, name: bytes) -> str:
    """A header's value, the first one; empty where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def _split(url: str) -> tuple[str, str]:
    """Host name and place of a URL, empty for what is none: anybody writes these."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.netloc
    except ValueError:
        return "", ""


def _is_one(address: str, proxies: Sequence[IPv4Network | IPv6Network]) -> bool:
    found = _parsed(address)
    return found is not None and any(found.version == one.version and found in one for one in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address without its zone; one of IPv4 in the clothes of IPv6 is one of IPv4."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
