"""The long proofs, too long for every test run: `make prove`, or one of them by name.

    python benchmarks/prove.py [NAME ...] [--small]

Without a name all of them; `--small` is the size that the tests run, judges no speed and writes nothing. What was
found goes to benchmarks/RESULTS.md, a section a proof. The exit code is 1 if anything that was wanted didn't hold.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from importlib import import_module

from machine import machine, versions
from proofs import PROOFS, Finding
from results import FILE, table, write

import musculus


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proofs; 0 where all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"which of {', '.join(PROOFS)} (default: all)")
    parser.add_argument("--small", action="store_true", help="a few seconds each; nothing is judged by its speed")
    options = parser.parse_args(arguments)
    if unknown := set(options.name) - set(PROOFS):
        parser.error(f"no proof named {min(unknown)!r}; known: {', '.join(PROOFS)}")
    held = True
    for name in options.name or PROOFS:
        held &= one(name, options.small)
    return 0 if held else 1


def one(name: str, small: bool) -> bool:
    """Run one proof, print what was found, write it; whether all held."""
    module = import_module(PROOFS[name])
    head = " ".join((module.__doc__ or "").split("\n\n")[0].split())
    print(f"{name}: {head}", flush=True)
    begun = time.monotonic()
    found: list[Finding] = module.prove(small)
    took = time.monotonic() - begun
    for f in found:
        print(f"  {word(f):>4}  {f.of}: {f.found}{f' (wanted: {f.wanted})' if f.wanted else ''}", flush=True)
    print(f"        {took:.1f} s\n", flush=True)
    if not small:
        rows = [[f.of, f.found, f.wanted, word(f)] for f in found]
        shown = table(["of", "found", "wanted", "held"], rows)
        ours = f"musculus {musculus.__version__}, {versions('numpy', 'numba', 'polars')}"
        where = f"Measured on {machine()}; {ours}; {took:.0f} s."
        write(f"Proof: {name}", f"`python benchmarks/prove.py {name}`. {head}\n\n{shown}\n\n{where}", FILE)
    return all(f.held is not False for f in found)


def word(finding: Finding) -> str:
    """`yes`, `NO`, or nothing where nothing was wanted or it was not judged."""
    return {True: "yes", False: "NO", None: ""}[finding.held]


if __name__ == "__main__":
    sys.exit(main())
