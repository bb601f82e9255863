"""What each published description says of its movements, found in the strokes made from it."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.bots import bot, generate
from musculus.bots.corpus import strokes_of
from musculus.bots.eased import EASINGS
from musculus.bots.learned import learn
from musculus.cut import cut
from musculus.errors import UsageError
from musculus.events import Events

START, END = (100.0, 500.0), (500.0, 200.0)  # 500 px


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def speeds(e: Events) -> np.ndarray:
    return np.hypot(np.diff(e.x), np.diff(e.y)) / np.diff(e.t)


def aside(e: Events) -> np.ndarray:
    """Distance from the line between the ends, px."""
    dx, dy = (END[0] - START[0]) / 500, (END[1] - START[1]) / 500
    return (e.y - START[1]) * dx - (e.x - START[0]) * dy


def test_a_straight_stroke_has_one_speed_and_no_bend() -> None:
    e = bot("straight")(rng(), START, END, speed=1000)
    assert speeds(e) == pytest.approx(1.0)
    assert np.abs(aside(e)).max() < 1e-9


@pytest.mark.parametrize("name", EASINGS)
def test_easings_begin_and_end_slowly_and_are_their_own_mirror(name: str) -> None:
    s = np.linspace(0, 1, 101)
    curve = EASINGS[name](s)
    assert (curve[0], curve[50], curve[-1]) == pytest.approx((0, 0.5, 1))
    assert curve + curve[::-1] == pytest.approx(1)
    assert curve[10] < 0.1


def test_minimum_jerk_peaks_at_15_8_of_its_mean_speed_half_way() -> None:
    v = speeds(bot("minimum_jerk")(rng(), START, END, duration=800))
    assert v.max() / v.mean() == pytest.approx(1.875, rel=0.01)
    assert np.argmax(v) == pytest.approx(len(v) / 2, abs=2)


def test_windmouse_steps_are_no_longer_than_the_fastest_and_shorten_near_the_end() -> None:
    e = bot("windmouse")(rng(), START, END)
    steps = np.hypot(np.diff(e.x), np.diff(e.y))
    assert steps.max() <= 15
    assert steps[-3:].mean() < steps[5:-5].mean()


def test_a_calm_wind_gives_a_straight_path() -> None:
    assert np.abs(aside(bot("windmouse")(rng(), START, END, wind=0.0))).max() < 1e-6


def test_a_wind_that_never_lets_it_arrive_still_ends() -> None:
    e = bot("windmouse")(rng(), START, END, wind=60.0, gravity=0.05)
    assert (e.x[-1], e.y[-1]) == END


@pytest.mark.parametrize(("profile", "peak", "where"), [("const", 1.0, None), ("log", 2.56, 1.0), ("gauss", 2.35, 0.5)])
def test_becaptcha_profiles_are_even_growing_and_bell_shaped(profile: str, peak: float, where: float | None) -> None:
    v = speeds(bot(f"becaptcha_lin_{profile}")(rng(), START, END, duration=700))
    assert v.max() / v.mean() == pytest.approx(peak, rel=0.03)
    if where is not None:
        assert np.argmax(v) / len(v) == pytest.approx(where, abs=0.15)


def test_becaptcha_shapes_are_a_line_an_arch_and_a_late_bend() -> None:
    line, arch, late = (bot(f"becaptcha_{s}_const")(rng(), START, END) for s in ("lin", "quad", "exp"))
    assert np.abs(aside(line)).max() < 1e-9
    assert np.argmax(np.abs(aside(arch))) / arch.n_events == pytest.approx(0.5, abs=0.01)
    assert np.argmax(np.abs(aside(late))) / late.n_events > 0.6


def test_a_bezier_curve_stays_on_one_side() -> None:
    for seed in range(5):
        a = aside(bot("bezier")(rng(seed), START, END))
        assert (a >= -1e-9).all() or (a <= 1e-9).all()


def test_a_lognormal_stroke_rises_faster_than_it_falls() -> None:
    peaks = []
    for seed in range(40):
        v = speeds(bot("sigma_lognormal")(rng(seed), START, END, corrections=0))
        begin, end = np.searchsorted(np.cumsum(v) / v.sum(), [0.01, 0.99])
        peaks.append((np.argmax(v) - begin) / (end - begin))
    assert max(peaks) < 0.5


def corpus() -> Events:
    return generate("sigma_lognormal", 80, 7)


def test_an_exact_replay_is_the_recorded_stroke() -> None:
    people = corpus()
    out = generate("replay_exact", 5, 3, corpus=people, pauses=[400])
    known = strokes_of(people)
    for a, b in zip((c := cut(out, "stroke")).start, c.end, strict=True):
        t, x, y = out.t[a : b - 1], out.x[a : b - 1], out.y[a : b - 1]
        off = [
            np.hypot(np.interp(t - t[-1], u - u[-1], p) - x, np.interp(t - t[-1], u - u[-1], q) - y).max()
            for u, p, q in zip(known.t, known.x, known.y, strict=True)
        ]
        assert min(off) < 3  # in time and place, but for what a device's grid of reports leaves


def test_an_exact_replay_elsewhere_is_refused() -> None:
    with pytest.raises(UsageError, match="no recorded stroke goes from"):
        generate("replay_exact", 1, 0, ends=[[[5, 5], [900, 5]]], corpus=corpus())


def test_a_turned_replay_keeps_the_shape() -> None:
    people = corpus()
    known = strokes_of(people)
    out = bot("replay_rotated")(rng(), START, END, corpus=known)
    from musculus.bots.corpus import in_chord

    along, across = in_chord(out.x, out.y)
    off = []
    for t, x, y in zip(known.t, known.x, known.y, strict=True):
        p, q = (np.interp(out.t / out.t[-1], t / t[-1], v) for v in in_chord(x, y))
        off.append(np.hypot(p - along, q - across).max())
    assert min(off) < 0.01


def test_noise_is_of_the_size_that_is_asked_for() -> None:
    known = strokes_of(corpus())
    plain, noisy = (bot("replay_rotated")(rng(1), START, END, corpus=known, noise=px) for px in (0.0, 2.0))
    assert 0.8 < (plain.x - noisy.x).std() < 3


def test_what_is_learned_moves_like_the_corpus() -> None:
    people = corpus()
    out = generate("learned", 200, 1, corpus=people)
    a, b = strokes_of(people), strokes_of(out)
    assert np.median([t[-1] for t in b.t]) == pytest.approx(np.median([t[-1] for t in a.t]), rel=0.15)

    def peak(c: object) -> float:
        shapes = [np.hypot(np.diff(x), np.diff(y)) / np.diff(t) for t, x, y in zip(c.t, c.x, c.y, strict=True)]  # type: ignore[attr-defined]
        return float(np.median([np.quantile(v, 0.95) / v.mean() for v in shapes]))

    assert peak(b) == pytest.approx(peak(a), rel=0.2)


def test_learning_twice_is_learning_once() -> None:
    people = corpus()
    assert np.array_equal(learn(people).components, learn(people).components)


def test_a_corpus_without_strokes_is_refused() -> None:
    with pytest.raises(UsageError, match="none of the corpus's 0 strokes"):
        generate("replay_rotated", 1, 0, corpus=Events.of([0], [1], [2]))


def test_a_small_corpus_is_enough_to_learn_from() -> None:
    out = generate("learned", 5, 0, corpus=generate("minimum_jerk", 1, 0))
    assert np.isfinite(out.x).all()
