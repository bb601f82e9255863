"""The shipped detector trained again by the command that made it: the same bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from musculus.cli import main
from musculus.score.shipped import SHA256, WITHOUT
from proofs import Finding

DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def prove(small: bool) -> list[Finding]:
    """The digest of what the command makes; skipped where the recordings aren't there, and at the small size."""
    people, bots = DATA / "pointclick" / "events.parquet", DATA / "arena" / "strokes60hz.parquet"
    if small or not (people.is_file() and bots.is_file()):
        why = "a minute of training" if small else f"none at {DATA}: MUSCULUS_DATA names their folder"
        return [Finding("recordings", f"not asked: {why}")]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "bot.musculus"
        words = ["train", "bot", str(people), "--model", "strokes", "--bots", str(bots)]
        code = main([*words, "--without", ",".join(WITHOUT), "-o", str(out)])
        digest = hashlib.sha256(out.read_bytes()).hexdigest() if out.is_file() else f"none, exit code {code}"
    return [Finding("trained again", f"sha256 {digest}", f"sha256 {SHA256}", digest == SHA256)]
