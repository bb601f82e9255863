"""The table of proofs: what is too long for every test run. Each is one module with `prove(small) -> findings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROOFS: Final = {
    "scale": "proofs.scale",
    "cores": "proofs.cores",
    "long": "proofs.long",
    "cold": "proofs.cold",
    "session": "proofs.session",
    "frames": "proofs.frames",
    "permuted": "proofs.permuted",
    "torture": "proofs.torture",
    "damage": "proofs.damage",
    "collector": "proofs.collector",
    "inner": "proofs.inner",
    "replays": "proofs.replays",
    "peers": "proofs.peers",
    "browser_arena": "proofs.browser_arena",
    "mice": "proofs.mice",
    "estimates": "proofs.estimates",
    "verdict": "proofs.verdict",
    "shipped": "proofs.shipped",
    "elsewhere": "proofs.elsewhere",
    "alarm": "proofs.alarm",
    "two_servers": "proofs.two_servers",
    "spark": "proofs.spark",
    "capacity": "proofs.capacity",
    "maps": "proofs.maps",
}


@dataclass(frozen=True)
class Finding:
    """One figure: of what, what was found, what was wanted, and whether that held (None: nothing was wanted)."""

    of: str
    found: str
    wanted: str = ""
    held: bool | None = None
