"""A picture of a page, for maps to lie on.

Chromium opens the page in a window of the width that visits were recorded at, with an empty profile, and takes all of
it from top to bottom. The browser is the one on the path, or that of the environment's CHROMIUM.

Example:
  musculus shot https://shop.example/cart -o cart.png --width 1280
  musculus draw clicks visits.parquet --page /cart --width 1280 --background cart.png -o clicks.png
"""

from __future__ import annotations

import argparse

from musculus.cli.answers import answer

MIRRORS = "musculus.draw.shot.shot"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("url", metavar="URL", help="the page: https://..., http://... or file://...")
    parser.add_argument("-o", "--output", required=True, metavar="SHOT", help="a picture: .png")
    parser.add_argument("--width", type=int, default=1280, metavar="PX", help="of the window (default 1280)")
    parser.add_argument("--height", type=int, default=800, metavar="PX", help="of the window (default 800)")
    parser.add_argument("--scale", type=float, default=1.0, metavar="R", help="device pixel ratio (default 1)")


def run(args: argparse.Namespace) -> int:
    """Take it, and say how large the page is."""
    from musculus.draw.shot import shot
    from musculus.errors import UsageError

    if not args.output.lower().endswith(".png"):
        raise UsageError(f"{args.output}: a picture of a page is a .png")
    width, height = shot(args.url, args.output, args.width, args.height, args.scale)
    document = {"output": args.output, "url": args.url, "width": width, "height": height, "scale": args.scale}
    answer(args, document, f"{args.url}, {width} x {height} px: {args.output}")
    return 0
