from functools import cache

import numpy as np
import pytest

from musculus.models import fit_model, make_model


@cache
def study() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 500)
    rows = rng.normal(size=(500, 7)) + 1.5 * labels[:, None] * np.array([1, -1, 1, 0, 0, 0, 0])
    rows = np.exp(rows) * 10.0 ** np.arange(-3, 4)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows, labels


# A few trees on one thread show what three hundred on all would; everything else is as a user gets it.
FEW = {"n_estimators": 30, "n_jobs": 1}
QUICK = {"random_forest": FEW, "xgboost": FEW, "lightgbm": FEW, "isolation_forest": {"n_estimators": 50}}
QUICK["catboost"] = {"iterations": 30, "thread_count": 1}


def quick(name: str):
    return make_model(name, **QUICK.get(name, {}))


@cache
def fitted(name: str):
    return fit_model(quick(name), *study())


@pytest.fixture
def fresh():
    """A maker of unfitted models by name."""
    return quick


@pytest.fixture
def rows() -> np.ndarray:
    """500 rows of seven features over many powers of ten, a tenth of the cells undefined."""
    return study()[0]


@pytest.fixture
def labels() -> np.ndarray:
    """Whose rows they are: those of 1 lie higher in features 0 and 2 and lower in feature 1."""
    return study()[1]


@pytest.fixture
def features() -> list[str]:
    return [f"feature_{j}" for j in range(7)]


@pytest.fixture
def model(name):
    """The table's model of that name, fitted once for all tests."""
    return fitted(name)
