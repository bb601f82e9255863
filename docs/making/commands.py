"""The reference of the command line, from the parser itself: nothing is documented that isn't there."""

from __future__ import annotations

import argparse
import html
import os
import re
from collections.abc import Iterator
from functools import lru_cache

from making import markdown
from musculus.cli import parser

WIDTH = 100  # of usage lines


@lru_cache(maxsize=1)
def subparsers() -> dict[str, argparse.ArgumentParser]:
    """Name -> parser of each command, in the order of `musculus --help`."""
    os.environ["COLUMNS"] = str(WIDTH)
    top = parser()
    [found] = [a for a in top._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


def table() -> str:
    """The commands, each with its sentence."""
    rows = [
        [f'<a href="commands/{name}.html"><code>musculus {name}</code></a>', markdown.inline(summary(p))]
        for name, p in subparsers().items()
    ]
    return markdown.table(["command", "what it does"], rows)


def summary(p: argparse.ArgumentParser) -> str:
    """The first sentence of a command's help."""
    return " ".join((p.description or "").split())


def pages() -> Iterator[tuple[str, str]]:
    """(name, HTML) of each command's page."""
    for name, p in subparsers().items():
        yield name, one(p)


def one(p: argparse.ArgumentParser) -> str:
    """Sentence, usage, text, arguments, example."""
    text, example = split(re.sub(r"^(In Python: )(\S+)$", r"\1`\2`", p.epilog or "", flags=re.MULTILINE))
    rows = [
        [f"<code>{html.escape(spelled(a))}</code>", markdown.inline(help_of(a))]
        for a in p._actions
        if not isinstance(a, argparse._HelpAction)
    ]
    called = re.sub(r"\n +", "\n    ", p.format_usage().removeprefix("usage: ").rstrip())
    usage = markdown.code(called, "text")
    parts = [f"<p>{markdown.inline(summary(p))}</p>\n", usage, markdown.docstring(text)]
    if example:
        parts.append(f"<h2>Example</h2>\n{markdown.code(example, 'sh')}")
    parts.append("<h2>Arguments</h2>\n" + markdown.table(["argument", "meaning"], rows))
    return "".join(parts)


def split(epilog: str) -> tuple[str, str]:
    """The text of a command's help, and its example."""
    found = re.search(r"^Examples?:\n((?:[ ]+.*\n?|\n(?=[ ]))+)", epilog, re.MULTILINE)
    if not found:
        return epilog, ""
    lines = "\n".join(line.strip() for line in found[1].strip().splitlines())
    return (epilog[: found.start()] + epilog[found.end() :]).strip(), lines


def spelled(action: argparse.Action) -> str:
    """`-o OUT, --output OUT`, or the name of a positional argument."""
    if not action.option_strings:
        return str(action.metavar or action.dest)
    if action.nargs == 0:
        return ", ".join(action.option_strings)
    value = action.metavar or action.dest.upper()
    return ", ".join(f"{option} {value}" for option in action.option_strings)


def help_of(action: argparse.Action) -> str:
    """The sentence of an argument, with its choices and its default where the sentence doesn't say them."""
    said = (action.help or "").replace("%(default)s", str(action.default))
    choices = list(map(str, action.choices or ()))
    if choices and not all(choice in said for choice in choices):
        said += f" ({', '.join(choices)})"
    return said
