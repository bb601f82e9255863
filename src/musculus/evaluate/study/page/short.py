"""What a study found in a few sentences, at the top of its page."""

from __future__ import annotations

from html import escape
from typing import Any, Final

Document = dict[str, Any]
WORTH: Final = 0.05  # share of the drop that a normaliser must win back to be named for it


def short(d: Document) -> str:
    """What was found, in a few sentences."""
    s, v, n = d["significant"], d["verdicts"], d["features"]
    same = v["the same"] + v["changed, but little"]
    told = [
        f"<b>{s['holm']} of {n} measures change with the mouse</b>, beyond what chance lets pass among so many tests "
        f"(Holm; {s['p05']} at p &lt; .05 each for itself).",
        f"<b>{same or 'None'} {'is' if same < 2 else 'are'} shown to stay nearly the same</b>, within {d['bound']:g} "
        f"standard deviations between people{_best(d)}; {v['open']} are open: neither a change nor sameness is shown.",
        *_modelled(d),
    ]
    if d["flags"]:
        odd = len({f["name"] for f in d["flags"] if f["kind"] not in ("tied", "constant", "duplicated")})
        told.append(f"{odd} features are not what their name says, see the artefacts below." if odd else "")
    items = "".join(f"<li>{t}</li>" for t in told if t)
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in d["notes"])
    return f"<div class=short><ul>{items}</ul></div>{notes}"


def _best(d: Document) -> str:
    """The measures that are shown to be the same, the most personal first."""
    same = [m for m in d["measures"] if m["verdict"] == "the same" and m["icc"] is not None]
    names = [m["name"] for m in sorted(same, key=lambda m: -m["icc"])]
    if not names:
        return ""
    told = ", ".join(f"<code>{escape(n)}</code>" for n in names[:4])
    return f" ({'the most personal of them ' if len(names) > 4 else ''}{told})"


def _modelled(d: Document) -> list[str]:
    out = []
    if (raw := d["leakage"].get("raw")) and raw.get("value") is not None:
        seen = raw["value"] > d["leakage"]["null"]["high"]
        words = "the mouse is written into the numbers" if seen else "no better than chance"
        out.append(
            f"<b>A model guesses the mouse of people it never saw {raw['value']:.0%} of the time</b> "
            f"(chance {d['leakage']['chance']:.0%}): {words}."
        )
    m = d["matrix"]
    if m.get("within") and m["within"].get("value") is not None and m["cross"].get("value") is not None:
        out.append(
            f"Trained and asked with the same mouse the task succeeds at {m['within']['value']:.2f}, "
            f"<b>asked with another mouse at {m['cross']['value']:.2f}</b> (chance {m['chance']:.2f})."
        )
    tried = [x for x in d["normalisers"] if x["name"] != "none" and x.get("recovered") is not None]
    honest = [x for x in tried if not x["raises_leakage"]]
    if honest:
        best = max(honest, key=lambda x: x["recovered"])
        out.append(_won(best))
    red = [x["name"] for x in d["normalisers"] if x.get("raises_leakage")]
    if red:
        out.append(f"<b>Made worse by: {escape(', '.join(red))}</b> (the mouse is easier to guess afterwards).")
    return out


def _won(best: Document) -> str:
    """What the best normaliser wins back of the drop, and whether that is more than chance over people."""
    between = best.get("recovered_interval")
    if best["recovered"] < WORTH or (between and between["low"] <= 0):
        back = f" (the best, {escape(best['name'])}: {best['recovered']:.0%})" if best["recovered"] > 0 else ""
        return f"<b>No normaliser that was tried wins that drop back</b>, beyond chance over people{back}."
    return f"Of that drop <b>{escape(best['name'])}</b> wins back most: {best['recovered']:.0%}."
