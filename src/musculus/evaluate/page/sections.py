"""The parts of the page, in their order; a part without anything to say is empty and left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any, Final

from musculus.evaluate.page.figures import calibration, curves, time_to_verdict
from musculus.evaluate.page.plot import bar

Document = dict[str, Any]
DRAWN: Final = '<span class=unseen>AUC as a picture, from 0.5 to 1</span>'
FEATURES: Final = 20  # of the features a model leans on


def notes(report: Document) -> str:
    """What the reader must not miss."""
    told = [f'<p class="note">{escape(note)}</p>' for note in report.get("notes", [])]
    told += [f'<p class="note bad">{_leak(leak)}</p>' for leak in report["leaks"]]
    return "\n".join(told)


def models(report: Document) -> str:
    """The compared table."""
    numbers = _numbers(report) if any(m.get("error") for m in report["models"]) else ""
    head = ("model", "features", "AUC", DRAWN, "EER", "TPR at<br>1 % FPR", "F1", "chance", "n, +<br>over -", "s")
    table = _table(head, "\n".join(_model(m) for m in report["models"]), (1, 2, 4, 5, 6, 7, 8, 9))
    words = (
        "<p class=quiet>Best first, then the best one on other terms. AUC: the chance that a positive case scores "
        "above a negative one; 0.5 is guessing. EER: the share of errors where both kinds are equally frequent. TPR "
        "at 1 % FPR: positive cases found while 1 % of the negative are taken for one. F1: the best balance of "
        "finding and being right. Small numbers: 95 % intervals, resampled over whole groups (sessions or people). "
        "Chance: the AUC that 95 % of shuffled labels stay below. n: positive over negative cases. s: seconds.</p>"
    )
    return f"<h2>Models</h2>{numbers}{table}{words}"


def _model(m: Document) -> str:
    chance, n = m["null"].get("auc_95"), m.get("n", {})
    cells = (
        escape(m["name"]), m["features"], interval(m["auc"]), bar(*(m["auc"].get(k) for k in ("value", "low", "high"))),
        interval(m["eer"]), interval(m["tpr_at_fpr"]["0.01"]), interval(m["f1"]),
        "" if chance is None else f"{chance:.3f}", f"{n.get('positive', '?')}<br>{n.get('negative', '?')}",
        f"{m['seconds']:.0f}",
    )  # fmt: skip
    return _row(cells, (1, 2, 4, 5, 6, 7, 8, 9))


def _numbers(report: Document) -> str:
    """Models that predict a number; the table below it then says how well they tell the upper half from the lower."""
    right = (1, 2, 3, 4)
    rows = "\n".join(
        _row((escape(m["name"]), m["features"], interval(m["error"]), interval(m["correlation"]), m["guess"]), right)
        for m in report["models"]
    )
    head = ("model", "features", "mean absolute error", "rank correlation", "error of the median guess")
    return f"{_table(head, rows, right)}<p class=quiet>Below: above the median or not.</p>"


def groups(report: Document) -> str:
    """The best model's figures by group."""
    some = [m for m in report["models"] if m.get("groups")]
    if not some:
        return ""
    rows = "\n".join(_row(_group(g), (1, 2, 3, 4)) for g in some[0]["groups"])
    head = ("group", "n", "positive", "AUC", "EER")
    return f"<h2>By group</h2><p class=quiet>{escape(some[0]['name'])}</p>{_table(head, rows, (1, 2, 3, 4))}"


def _group(g: Document) -> tuple[Any, ...]:
    low, high = g.get("interval") or (None, None)
    auc = interval({"value": g.get("auc"), "low": low, "high": high}) if "interval" in g else _plain(g.get("auc"))
    return escape(str(g["group"])), g["n"], g["positive"], auc, _plain(g.get("eer"))


def generators(report: Document) -> str:
    """Bots by their generator, and people by how often they are taken for one, for every model that says it."""
    some = [m for m in report["models"] if m.get("generators")]
    if not some:
        return ""
    names = [escape(m["name"]) for m in some]
    head = ("generator", "n", *(f"{n}<br>AUC" for n in names), *(f"{n}<br>at 1 % of people" for n in names))
    right = tuple(range(1, 2 + 2 * len(some)))
    worst = sorted(some[0]["generators"], key=lambda g: some[0]["generators"][g]["auc"] or 0.0)
    rows = "\n".join(_row((escape(name), *_generator(some, name)), right) for name in worst)
    accused = {m["name"]: max(m["people"].items(), key=lambda p: p[1]) for m in some if m.get("people")}
    told = "; ".join(f"{name}: {share:.1%} of {person}" for name, (person, share) in accused.items())
    words = f"<p class=quiet>Most often taken for a bot at that threshold: {escape(told)}.</p>" if told else ""
    return f"<h2>By generator</h2>{_table(head, rows, right)}{words}"


def _generator(models: list[Document], name: str) -> list[Any]:
    found = [m["generators"][name] for m in models]
    return [found[0]["n"], *(_plain(f["auc"]) for f in found), *(_plain(f["tpr_at_fpr_0.01"]) for f in found)]


def features(report: Document) -> str:
    """What the best model that can say it leans on, with what each feature means."""
    some = [m for m in report["models"] if m.get("selected")]
    if not some:
        return ""
    told = some[0]["selected"][:FEATURES]
    rows = "\n".join(_feature(f, report.get("features", {}).get(f["name"], {})) for f in told)
    head = ("feature", "weight", "unit", "what it is")
    words = f"{some[0]['name']}: the {len(told)} it leans on most; weights are shares of the whole."
    return f"<h2>Features</h2><p class=quiet>{escape(words)}</p>{_table(head, rows, (1,))}"


def _feature(chosen: Document, about: Document) -> str:
    meaning = about.get("meaning") or sentence(str(about.get("measure") or chosen["name"]))
    over = [f"{about[k]} over {k.removeprefix('over_')}" for k in ("over_actions", "over_strokes") if k in about]
    meaning = meaning or "a column of the data, none of musculus's own measures"
    words = f"<div class=text>{_code(escape(meaning))} <small>{escape(', '.join(over))}</small></div>"
    kept = f" <small>kept in {chosen['folds']} folds</small>" if "folds" in chosen else ""
    name = f"<code>{escape(chosen['name'])}</code>{kept}"
    return _row((name, f"{chosen['weight']:.3f}", escape(str(about.get("unit", ""))), words), (1,))


def _code(text: str) -> str:
    """Names between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def sentence(measure: str) -> str:
    """What a measure is, in its own first sentence; empty for a column that is none of ours.

    >>> sentence("straightness")[:30]
    'Chord over travelled way: 1 fo'
    """
    from musculus.measures import COLUMNS, MEASURES

    known = MEASURES.get(measure) or COLUMNS.get(measure)
    return known.doc.partition(".")[0] if known else ""


def flagged(report: Document) -> str:
    """Features that say little, by kind."""
    kinds: dict[str, list[str]] = {}
    for flag in report.get("flags", []):
        kinds.setdefault(flag["kind"], []).append(flag["name"])
    if not kinds:
        return ""
    shown = {kind: escape(", ".join(names[:12] + ["..."] * (len(names) > 12))) for kind, names in kinds.items()}
    rows = "\n".join(_row((k, len(kinds[k]), f"<div class=text>{which}</div>"), (1,)) for k, which in shown.items())
    return f"<h2>Features that say little</h2>{_table(('kind', 'n', 'which'), rows, (1,))}"


def leaks(report: Document) -> str:
    """What the audit saw."""
    checked = ", ".join(name.replace("_", " ") for name in report.get("checked", []))
    if not checked:
        return ""
    found = f"<p>{len(report['leaks'])} found, told above.</p>" if report["leaks"] else "<p>No leak found.</p>"
    return f"<h2>Could the test know too much?</h2>{found}<p class=quiet>Looked for: {escape(checked)}.</p>"


def cite(report: Document) -> str:
    """Whose data these are."""
    return f"<h2>How to cite the data</h2><p>{escape(report['cite'])}</p>" if report.get("cite") else ""


def interval(e: Document) -> str:
    """A figure with its interval below it.

    >>> interval({"value": 0.9, "low": 0.8, "high": None})
    '0.900<br><small>0.800 to ?</small>'
    """
    value, low, high = ("?" if e.get(k) is None else f"{e[k]:.3f}" for k in ("value", "low", "high"))
    return f"{value}<br><small>{low} to {high}</small>" if e.get("value") is not None else "?"


def _leak(leak: Document) -> str:
    return f"Leak: <b>{escape(leak['kind'].replace('_', ' '))}</b>: {escape(leak['seen'])} ({escape(leak['step'])})."


def _plain(value: float | None) -> str:
    return "?" if value is None else f"{value:.3f}"


def _row(cells: tuple[Any, ...], right: tuple[int, ...]) -> str:
    return "<tr>" + "".join(f"<td{' class=n' if i in right else ''}>{c}</td>" for i, c in enumerate(cells)) + "</tr>"


def _table(head: tuple[str, ...], rows: str, right: tuple[int, ...]) -> str:
    top = "".join(f"<th{' class=n' if i in right else ''}>{h}</th>" for i, h in enumerate(head))
    return f"<div class=wide tabindex=0><table><thead><tr>{top}</tr></thead>\n<tbody>{rows}</tbody></table></div>"


SECTIONS: Final[tuple[Callable[[Document], str], ...]] = (
    notes, models, curves, groups, generators, time_to_verdict, calibration, features, flagged, leaks, cite,
)  # fmt: skip
