"""Build the documentation site: `make docs`, or `python docs/build.py [--out docs/_site]`.

Pages are Markdown files of this folder, and what is generated from the tables of the code: measures, readers, models,
commands, data sets. The site is plain files that ask for nothing from elsewhere: it reads as well from a disk.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "examples"))  # the visits that the gallery is drawn of

from making.site import build  # noqa: E402 - what it imports lies in that folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, and say where the site is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "_site", help="the folder to write, which is emptied first")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    pages = build(options.out, progress)
    progress("")
    print(f"{len(pages)} pages in {time.monotonic() - begun:.1f} s: {options.out / 'index.html'}")
    return 0


def progress(words: str) -> None:
    """Say on a terminal which page is being made."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
