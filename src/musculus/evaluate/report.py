"""What a comparison found: a document for programs, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musculus.errors import UsageError
from musculus.evaluate.leaks import Audit


@dataclass
class Findings:
    """What a task's protocol gives back, filled in as it goes.

    Attributes
    ----------
    protocol : how the data were split, in words
    models : an entry for each model, with figures and what is drawn of them
    leaks, checked : what the audit found, and which checks ran
    notes : sentences that the reader must not miss
    about : feature name -> what is known of it (measure, unit, tier)
    flags : features that say little: name, kind, seen
    """

    protocol: str
    models: list[dict[str, Any]] = field(default_factory=list)
    leaks: list[dict[str, str]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    about: dict[str, dict[str, str]] = field(default_factory=dict)
    flags: list[dict[str, str]] = field(default_factory=list)

    def add_audit(self, audit: Audit, rules_of_the_world: Sequence[str] = ()) -> None:
        """Take over what an audit found; the same leak is told once.

        Kinds that may be no leak in this task (a program can give itself away by one feature) become notes.
        """
        for leak in audit.leaks:
            told = leak._asdict()
            if leak.kind in rules_of_the_world:
                continue
            if told not in self.leaks:
                self.leaks.append(told)
        for kind in rules_of_the_world:
            seen = [leak.seen for leak in audit.leaks if leak.kind == kind]
            if seen:
                more = f" (and {len(seen) - 1} more such features)" if len(seen) > 1 else ""
                self.notes.append(f"worth a look: {seen[0]}{more}")
        self.checked += [name for name in audit.checked if name not in self.checked]


@dataclass(frozen=True)
class Report:
    """A comparison's findings; `to_dict` is the document of the contract, `save` writes it, or the page."""

    task: str
    data: str
    findings: Findings
    cite: str = ""

    @property
    def models(self) -> list[dict[str, Any]]:
        """The entries of the models, in the order they were asked for."""
        return self.findings.models

    @property
    def leaks(self) -> list[dict[str, str]]:
        """What the audit found: kind, seen, step."""
        return self.findings.leaks

    def to_dict(self) -> dict[str, Any]:
        """The document as JSON can hold it."""
        found = self.findings
        return {
            "task": self.task,
            "data": self.data,
            "protocol": found.protocol,
            "models": found.models,
            "leaks": found.leaks,
            "checked": found.checked,
            "notes": found.notes,
            "features": found.about,
            "flags": found.flags,
            "cite": self.cite,
        }

    def to_html(self) -> str:
        """One page that asks for nothing else."""
        from musculus.evaluate.page import page

        return page(self.to_dict())

    def save(self, path: str | Path) -> Path:
        """Write the report: `.html` the page, `.json` the document. UsageError for another ending, or no folder."""
        file = Path(path)
        if file.suffix.lower() not in (".html", ".json"):
            raise UsageError(f"{file}: a report is .html or .json")
        if not file.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {file.parent} to write {file.name} to; make it first")
        text = self.to_html() if file.suffix.lower() == ".html" else json.dumps(self.to_dict(), indent=1) + "\n"
        file.write_text(text, encoding="utf-8")
        return file

    def __str__(self) -> str:
        lines = [f"{self.task} on {self.data}: {self.findings.protocol}"]
        for m in self.models:
            value = m["auc"]["value"]
            lines.append(f"  {m['name']:<24} AUC {'?' if value is None else f'{value:.3f}'}")
        lines += [f"  leak: {leak['kind']}: {leak['seen']} ({leak['step']})" for leak in self.leaks]
        return "\n".join([*lines, *(f"  {note}" for note in self.findings.notes)])
