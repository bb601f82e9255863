import numpy as np
import pytest

from musculus.models import HistogramNB, fit_model, make_model, save
from musculus.models.warm_start import WarmStart
from musculus.score import load
from musculus.score.container import MANIFEST, pack, unpack
from musculus.score.manifest import decode, encode

FEATURES = ["speed", "jerk", "pause", "turns"]


@pytest.fixture(scope="session")
def table() -> tuple[np.ndarray, np.ndarray]:
    """300 rows of four features with tails and gaps; label 1 is faster and pauses less."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300)
    rows = np.exp(rng.normal(size=(300, 4)) + labels[:, None] * np.array([1.0, 0.0, -1.0, 0.0])) * [300, 1e6, 0.4, 5]
    rows[rng.random(rows.shape) < 0.05] = np.nan
    return rows, labels


@pytest.fixture(scope="session")
def files(table, tmp_path_factory) -> dict[str, bytes]:
    """A model file of each kind of content: histograms, weights, trees in ONNX, another model file."""
    rows, labels = table
    folder = tmp_path_factory.mktemp("models")
    models = {
        "histogram": HistogramNB(10).fit(rows[labels == 1]),
        "linear": fit_model(make_model("logistic_regression"), rows, labels),
        "trees": fit_model(make_model("random_forest", n_estimators=3, max_depth=3, n_jobs=1), rows, labels),
    }
    for name, model in models.items():
        save(model, folder / name, features=FEATURES, rows=rows, labels=labels, thresholds=0.0)
    warm = fit_model(WarmStart(load(folder / "linear")), rows, labels)
    save(warm, folder / "warm", features=FEATURES, rows=rows, labels=labels, thresholds=0.5)
    return {name: (folder / name).read_bytes() for name in (*models, "warm")}


@pytest.fixture
def repacked(files):
    """A maker of files with fields of the manifest changed, signed as their author would."""

    def make(of, **changed):
        members = unpack(files.get(of, of), "an example")
        manifest = decode(members[MANIFEST], "an example")
        fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
        return pack({**members, MANIFEST: encode(type(manifest)(**{**fields, **changed}))})

    return make
