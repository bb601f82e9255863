"""The figures of a report as one page that asks for nothing else."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.3rem .8rem;text-align:right;border-bottom:1px solid #ddd}"
    "td,th{white-space:nowrap}"
    "td:first-child,th:first-child{text-align:left}svg{vertical-align:middle}"
)
WIDTH = 160  # px of the line that shows an AUC and its interval, from 0.5 to 1


def page(report: dict[str, Any]) -> str:
    """The report as HTML: the protocol, a row of figures for each model, what the audit of leaks saw."""
    title = f"musculus: {report['task']} on {report['data']}"
    head = "".join(f"<th>{h}</th>" for h in ("model", "features", "AUC", "", "EER", "TPR at 1 % FPR", "chance", "n"))
    rows = "\n".join(_row(m) for m in report["models"])
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>\n'
        f"<h1>{escape(title)}</h1>\n<p>{escape(report['protocol'])}.</p>\n"
        f"<table><tr>{head}</tr>\n{rows}\n</table>\n"
        "<p>In brackets 95 % intervals, resampled over groups. Chance: the AUC that 95 % of shuffled labels stay below."
        f" n: positive and negative cases.</p>\n{_leaks(report)}\n</html>\n"
    )


def _row(m: dict[str, Any]) -> str:
    chance, n = m["null"].get("auc_95"), m.get("n", {})
    cells = (
        escape(m["name"]), str(m["features"]), _figure(m["auc"]), _line(m["auc"]), _figure(m["eer"]),
        _figure(m["tpr_at_fpr"]["0.01"]), "" if chance is None else f"{chance:.3f}",
        f"{n.get('positive', '?')} / {n.get('negative', '?')}",
    )  # fmt: skip
    return "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"


def _figure(e: dict[str, Any]) -> str:
    value, low, high = ("?" if e.get(k) is None else f"{e[k]:.3f}" for k in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _line(e: dict[str, Any]) -> str:
    """The interval drawn on a line from 0.5 to 1."""
    if any(e.get(k) is None for k in ("value", "low", "high")):
        return ""
    low, value, high = (max(0.0, (e[k] - 0.5) * 2 * WIDTH) for k in ("low", "value", "high"))
    return (
        f'<svg width="{WIDTH + 10}" height="14" role="img" aria-label="from 0.5 to 1">'
        f'<path d="M5 7H{WIDTH + 5}" stroke="#ccc"/><path d="M{low + 5:.1f} 7H{high + 5:.1f}" stroke="#36c" '
        f'stroke-width="4"/><circle cx="{value + 5:.1f}" cy="7" r="5" fill="#36c"/></svg>'
    )


def _leaks(report: dict[str, Any]) -> str:
    if report["leaks"]:
        found = "".join(
            f"<li><b>{escape(k['kind'])}</b>: {escape(k['seen'])} ({escape(k['step'])})" for k in report["leaks"]
        )
        return f"<h2>Leaks</h2><ul>{found}</ul>"
    checked = ", ".join(c.replace("_", " ") for c in report.get("checked", []))
    return f"<p>No leak found; looked for: {escape(checked)}.</p>" if checked else ""
