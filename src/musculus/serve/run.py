"""Start the server: `serve` opens the store, takes the port, says where the pages are, and runs until stopped."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import sys
from collections.abc import Sequence

import uvicorn

from musculus.errors import UsageError
from musculus.serve.app import Application
from musculus.serve.caller import is_loopback, proxies_of
from musculus.serve.exporting import Exporter
from musculus.serve.logs import configure
from musculus.serve.protocol import LimitedProtocol
from musculus.store import open_store

DRAIN_SECONDS = 3  # requests under way get this long when the server is told to stop
CONNECTIONS = 2000


def serve(
    host: str = "127.0.0.1",
    port: int = 8765,
    store: str = "sqlite:///musculus-data/musculus.db",
    site: str = "demo",
    *,
    log: str = "text",
    export: str = "",
    proxies: Sequence[str] = (),
    as_json: bool = False,
    **limits: float,
) -> None:
    """Run the server until SIGINT or SIGTERM; port 0 takes a free one; `limits` are those of `Ingest`.

    `log` is text or json; `export` a lake that is brought up to date every hour; `proxies` are addresses or networks
    whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; `as_json` says the addresses as one JSON document.

    Raises `StoreError` where the store is in use or damaged, `UsageError` where the port can't be had.
    """
    configure(log)
    trusted = proxies_of(proxies)
    opened = open_store(store)
    try:
        listener = _listen(host, port)
    except UsageError:
        opened.close()
        raise
    app = Application(opened, store, site, loopback=is_loopback(host), proxies=trusted, **limits)
    first = app.gate.keys.make("admin", note="made at the first start")[1] if app.gate.keys.is_empty() else ""
    config = uvicorn.Config(
        app,
        http=LimitedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",  # a flood of nonsense must not fill the log
        access_log=False,  # addresses of visitors are nobody's business
        server_header=False,
        proxy_headers=False,  # it would believe whoever is on this machine; `caller` asks those that were named
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    _allow_files(2 * CONNECTIONS)
    announce(_origin(host, listener.getsockname()[1]), site, first, as_json=as_json)
    exporter = Exporter(store, export) if export else None
    try:
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C: everything is stopped and saved by then
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        if exporter:
            exporter.stop()


def announce(origin: str, site: str, admin: str, *, as_json: bool = False) -> None:
    """Print the pages' addresses and the script tag; at the first start the admin's key, this once."""
    if as_json:
        tag = f'<script async src="{origin}/musculus.js" data-site="{site}"></script>'
        said = {"demo": f"{origin}/demo", "pages": f"{origin}/", "script": tag, "admin_key": admin or None}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        return
    sys.stdout.write(
        f"demo page     {origin}/demo\n"
        f"session list  {origin}/\n"
        f'script tag    <script async src="{origin}/musculus.js" data-site="{site}"></script>\n'
    )
    if admin:
        sys.stdout.write(f"admin key     {admin}  (told this once; it signs in at {origin}/login)\n")
    sys.stdout.flush()


def _allow_files(wanted: int) -> None:
    """Ask for enough file descriptors: with the usual 1,024 a few slow clients would keep everybody else out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(f"can't listen on {host} port {port}: {error.strerror}; choose another with --port") from error


def _origin(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
