"""One signed POST to somebody's server: to addresses it may go to, within a time, redirects not followed.

The host's name is looked up once and the connection goes to the address that was looked at, so that a name can't be
pointed elsewhere in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
import socket
import ssl
import threading
import time
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

SECONDS: Final = 10.0  # for everything: the name, the connection, TLS, the answer's first line
FORM: Final = re.compile(r"https?://[!-~]{1,2000}")  # no spaces, no line ends, nothing beyond ASCII
STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
# addresses of IPv6 that stand for one of IPv4, which may lie inside
BRIDGES: Final = tuple(
    ip_network(name) for name in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)


class Answer(NamedTuple):
    """What became of a POST: the status, None where there was no answer, and why it wasn't taken, in words."""

    status: int | None
    words: str = ""

    @property
    def is_taken(self) -> bool:
        """2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_down(self) -> bool:
        """The trouble is the host, not this delivery: it can't be reached, it fails, or it wants to be left alone."""
        return self.status is None or self.status == 429 or self.status >= 500


def place_of(url: str) -> SplitResult | None:
    """The parts of a URL that can be posted to, None for another one.

    >>> place_of("https://shop.example/hook") is not None, place_of("ftp://shop.example"), place_of("http://a:b@c/")
    (True, None, None)
    """
    if not FORM.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        fits = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:  # a port of 70000, half an IPv6 address
        return None
    return parts if fits else None


async def post(url: str, secret: str, body: str, *, inside: bool) -> Answer:
    """Post a signed body. `inside` says whether it may go to this machine and to private networks."""
    parts = place_of(url)
    if parts is None:
        return Answer(None, "its address is none")
    try:
        async with asyncio.timeout(SECONDS):
            status = await _ask(parts, _request(parts, secret, body), inside)
    except TimeoutError:
        return Answer(None, f"it didn't answer in {SECONDS:g} s")
    except (OSError, ValueError, EOFError) as error:  # trouble of TLS is an OSError, of a name a ValueError
        return Answer(None, f"it can't be reached: {error}")
    more = "; redirects are not followed" if 300 <= status < 400 else ""
    return Answer(status, f"it answered {status}{more}")


def sign(secret: str, body: str, at: int) -> str:
    """The signature header of a body; the receiver makes the same and compares, and refuses what is minutes old.

    >>> sign("secret", "{}", 1700000000)
    't=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163'
    """
    mark = hmac.digest(secret.encode(), f"{at}.{body}".encode(), "sha256").hex()
    return f"t={at},v1={mark}"


def is_outside(address: str) -> bool:
    """Whether an address belongs to the public network: not to this machine, a private network or a provider's inside.

    >>> [is_outside(one) for one in ("93.184.216.34", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if any(found in bridge for bridge in BRIDGES):
            return False
        if found.is_site_local:  # what private networks had before fc00::/7
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


async def _ask(parts: SplitResult, request: bytes, inside: bool) -> int:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    reader, writer = await _connect(parts, port, inside)
    try:
        writer.write(request)
        await writer.drain()
        status = 100
        while status < 200:  # "100 Continue" and its like come before the answer
            found = STATUS.match(await reader.readline())
            if not found:
                raise ValueError("what it answered is not HTTP")
            status = int(found[1])
            while status < 200 and (await reader.readline()).strip():
                pass
        return status
    finally:
        writer.transport.abort()


async def _connect(parts: SplitResult, port: int, inside: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address that takes one. Raises OSError where none does, or none may be tried."""
    found = await _addresses(parts.hostname or "", port)
    allowed = [address for address in found if inside or is_outside(address)]
    if not allowed:
        raise OSError("it is inside this network; only an admin of all sites may post there")
    tls: dict[str, Any] = {"ssl": _trust(), "server_hostname": parts.hostname} if parts.scheme == "https" else {}
    trouble: OSError | None = None
    for address in allowed:
        try:
            return await asyncio.open_connection(address, port, **tls)
        except OSError as error:
            trouble = error
    assert trouble
    raise trouble


async def _addresses(host: str, port: int) -> list[str]:
    """What a name stands for, looked up in a thread that nothing waits for: a slow name must not hold the others up."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def tell(found: list[str] | Exception) -> None:
        if future.done():  # nobody waits any more
            return
        if isinstance(found, Exception):
            future.set_exception(found)
        else:
            future.set_result(found)

    def look() -> None:
        found: list[str] | Exception
        try:
            found = list(dict.fromkeys(str(a[4][0]) for a in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            found = error
        with contextlib.suppress(RuntimeError):  # the server has stopped
            loop.call_soon_threadsafe(tell, found)

    threading.Thread(target=look, name="musculus-names", daemon=True).start()
    return await future


def _request(parts: SplitResult, secret: str, body: str) -> bytes:
    content = body.encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\nMusculus-Signature: {sign(secret, body, int(time.time()))}\r\n"
        "User-Agent: musculus\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
