"""The arena's report as one page that asks for nothing else: figures, controls, and the strokes that got through."""

from __future__ import annotations

from html import escape
from typing import Any, Final

Report = dict[str, Any]
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;text-align:right;"
    "border-bottom:1px solid #ddd;white-space:nowrap}td:first-child,th:first-child,td.l,th.l{text-align:left}"
    "figure{display:inline-block;margin:.5rem;font-size:13px}.no{color:#b00;font-weight:600}"
)
SIDE: Final = 190  # px of a picture


def arena_page(report: Report) -> str:
    """The report as HTML."""
    word = "The controls are where they must be." if report["passed"] else "The run failed: its figures say nothing."
    n = report["n"]
    parts = [
        f"<p>{escape(report['protocol'])}. {n['strokes']:,} strokes of {n['people']} people.</p>",
        f"<p{'' if report['passed'] else ' class=no'}>{word}</p>",
        *(
            f"<p class=no>{escape(k['kind'])}: {escape(k['seen'])}. Next: {escape(k['step'])}.</p>"
            for k in report["leaks"]
        ),
        *(f"<p>Left out: {escape(word)}.</p>" for word in report.get("missing", [])),
        *_pictures(report["scorers"]),
        _means(report["scorers"]),
        _controls(report["controls"]),
        *(_generators(report["rows"], s["name"], s["left_out"]) for s in _shown(report["rows"])),
        _people(report),
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>musculus: the bot arena</title>'
        f"<style>{STYLE}</style>\n<h1>The bot arena</h1>\n{body}\n</html>\n"
    )


def _shown(rows: list[Report]) -> list[Report]:
    seen = dict.fromkeys((r["scorer"], r["left_out"]) for r in rows)
    return [{"name": name, "left_out": by} for name, by in seen]


def _pictures(scorers: list[Report]) -> list[str]:
    """The hardest strokes of each scorer."""
    found = []
    for s in scorers:
        figures = "".join(_picture(h) for h in s["hardest"])
        found.append(
            f"<h2>Hardest for {escape(s['scorer'])}</h2><p>The bots' rows that looked most human, one a generator, and "
            f"the share of people's rows that looked less so. A dot is a sample.</p>{figures}"
        )
    return found


def _picture(h: Report) -> str:
    x, y = h["x"], h["y"]
    left, top = min(x), min(y)
    scale = (SIDE - 16) / max(max(x) - left, max(y) - top, 1)
    points = [(8 + (a - left) * scale, 8 + (b - top) * scale) for a, b in zip(x, y, strict=True)]
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="1.6"/>' for a, b in points)
    name = escape(h["generator"])
    return (
        f'<figure><svg width="{SIDE}" height="{SIDE}" role="img" aria-label="a path of {name}">'
        f'<polyline points="{line}" fill="none" stroke="#9bd"/><g fill="#135">{dots}</g></svg>'
        f"<figcaption>{name}, {(h['t'][-1] - h['t'][0]) / 1000:.2f} s<br>above {h['rank']:.0%} of people</figcaption>"
        "</figure>"
    )


def _means(scorers: list[Report]) -> str:
    head = ("scorer", "learns from", "left out", "strokes", "generators", "AUC", "found at 1 % FPR", "worst", "found")
    rows = [
        (
            s["scorer"], "people" if s["one_class"] else "people and bots", m["left_out"], m["k"], m["generators"],
            _n(m["auc"]), _n(m["tpr_at_fpr_0.01"]), m["worst"] or "", _n(m.get("worst_tpr")),
        )
        for s in scorers for m in s["summary"]
    ]  # fmt: skip
    return "<h2>Means over generators</h2>" + _table(head, rows)


def _controls(checks: list[Report]) -> str:
    head = ("scorer", "control", "strokes", "n", "AUC", "95 %", "must be in", "chance gives", "")
    rows = [
        (
            c["scorer"], c["control"].removeprefix("control: "), c["k"], c["n"], _n(c["auc"]),
            _range(c["auc_interval"]), "{} to {}".format(*c["band"]), _range(c["chance"]), _where(c),
        )
        for c in checks
    ]  # fmt: skip
    words = (
        "<p>People nobody trained on, in the bots' place. A scorer that tells them from people has learnt where the "
        "people were recorded. Chance is what as many of the arena's own people would give in their place. Where a row "
        "is one stroke, the band decides; where it sums up several, it may also be what chance gives, and, of the "
        "replayed against themselves, the interval has to miss the band.</p>"
    )
    return "<h2>Controls</h2>" + words + _table(head, rows)


def _where(check: Report) -> str:
    if not check["decides"]:
        return "(told only)"
    return "inside" if check["inside"] else "OUTSIDE"


def _generators(rows: list[Report], scorer: str, by: str) -> str:
    mine = [r for r in rows if r["scorer"] == scorer and r["left_out"] == by]
    head = ("generator", "family", "strokes", "n", "AUC", "95 %", "found at 1 % FPR", "95 %")
    cells = [
        (
            r["generator"], r["family"], r["k"], r["n"], _n(r["auc"]), _range(r.get("auc_interval")),
            _n(r["tpr_at_fpr_0.01"]), _range(r.get("tpr_interval")),
        )
        for r in sorted(mine, key=lambda r: (r["k"], r["tpr_at_fpr_0.01"] or 0.0))
    ]  # fmt: skip
    return (
        f"<details><summary>{escape(scorer)}, left out: {escape(by)} ({len(mine)} rows)</summary>"
        f"{_table(head, cells)}</details>"
    )


def _people(report: Report) -> str:
    head = ("scorer", "wrongly accused rows", "chi-squared / df", "p", "most of one person")
    first = {name: next((p for p in report["people"] if p["scorer"] == name), None) for name in _names(report)}
    rows = []
    for s in report["scorers"]:
        d, p = s["dispersion"], first[s["scorer"]]
        most = f"{p['person']}: {p['false_positives']} of {p['n']}" if p else ""
        rows.append((s["scorer"], d["accused"], _n(d["ratio"]), _n(d["p"]), most))
    words = (
        "<p>At the line that accuses 1 % of people's rows. A small p says that the accusations fall on a few people "
        "and not on anybody now and then.</p>"
    )
    return "<h2>Whom it accuses wrongly</h2>" + words + _table(head, rows)


def _names(report: Report) -> list[str]:
    return [s["scorer"] for s in report["scorers"]]


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in head)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(c))}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>\n{body}\n</table>"


def _n(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _range(interval: list[float] | None) -> str:
    return "" if not interval else f"{interval[0]:.3f} to {interval[1]:.3f}"
