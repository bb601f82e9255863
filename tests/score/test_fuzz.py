"""A thousand damaged, edited and hostile model files: each is refused with a reason, none opens, none hangs."""

import numpy as np
import pytest

from musculus.errors import BundleError, MusculusError
from musculus.score.arrays import to_npy
from musculus.score.bundle import loads
from musculus.score.container import MANIFEST, pack, sha256, unpack
from musculus.score.manifest import decode, encode

KINDS = ["histogram", "linear", "trees", "warm"]


def cut(rng, data):
    return data[: rng.integers(0, len(data))]


def flip(rng, data):
    out = bytearray(data)
    for at in rng.integers(0, len(out), rng.integers(1, 6)):
        out[at] ^= 1 << rng.integers(0, 8)
    return bytes(out)


def insert(rng, data):
    at = rng.integers(0, len(data) + 1)
    return data[:at] + rng.bytes(rng.integers(1, 50)) + data[at:]


def remove(rng, data):
    at = rng.integers(0, len(data))
    return data[:at] + data[at + rng.integers(1, 200) :]


def repeat(rng, data):
    at, end = sorted(rng.integers(0, len(data), 2))
    return data[:end] + data[at:]


def overwrite(rng, data):
    at = rng.integers(0, len(data))
    some = rng.choice([b"\x00", b"\xff", b"\x7f"]) * int(rng.integers(1, 64))
    return data[:at] + bytes(some) + data[at + len(some) :]


MUTATIONS = [cut, flip, insert, remove, repeat, overwrite]


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_of_a_file_is_free_to_differ(files, kind):
    rng = np.random.default_rng(KINDS.index(kind))
    tried = 0
    while tried < 250:
        mutate = MUTATIONS[tried % len(MUTATIONS)]
        damaged = mutate(rng, files[kind])
        if damaged == files[kind]:
            continue
        tried += 1
        with pytest.raises(BundleError):
            loads(damaged)


@pytest.mark.parametrize("kind", KINDS)
def test_members_damaged_and_signed_again_are_refused_or_stay_numbers(files, kind):
    """Who can compute a digest can sign nonsense: then shapes, order and finiteness must hold, or the file is refused.

    Where they hold (one weight became another) the file is simply another model; it must score rows with numbers.
    """
    rng = np.random.default_rng(10 + KINDS.index(kind))
    members = unpack(files[kind], "an example")
    names = sorted(set(members) - {MANIFEST})
    refused = 0
    for tried in range(100):
        name = names[rng.integers(0, len(names))]
        mutate = MUTATIONS[tried % len(MUTATIONS)]
        changed = {**members, name: mutate(rng, members[name])}
        try:
            scorer = loads(_signed(changed))
        except BundleError:
            refused += 1
        else:
            assert not np.isnan(scorer.score(np.zeros((2, 4)))).any()
    assert refused > 50


@pytest.mark.parametrize("kind", KINDS)
def test_manifests_damaged_and_signed_again_are_refused_or_say_the_same(files, kind):
    rng = np.random.default_rng(20 + KINDS.index(kind))
    members = unpack(files[kind], "an example")
    rows = np.ones((3, 4))
    wanted = loads(files[kind]).score(rows)
    for tried in range(100):
        mutate = MUTATIONS[tried % len(MUTATIONS)]
        try:
            scorer = loads(pack({**members, MANIFEST: mutate(rng, members[MANIFEST])}))
        except BundleError:
            continue
        assert np.array_equal(scorer.score(rows), wanted)  # a letter in the card, a digit in a range: never the score


def test_arrays_that_do_not_belong_are_refused_by_name(files):
    members = unpack(files["histogram"], "an example")
    swaps = {
        "a column too many": ("00_histogram_edges.npy", to_npy(np.zeros((5, 11)))),
        "edges that fall": ("00_histogram_edges.npy", to_npy(-np.tile(np.arange(11.0), (4, 1)))),
        "NaN among the shares": ("00_histogram_log_share.npy", to_npy(np.full((4, 12), np.nan))),
        "infinite shares": ("00_histogram_log_share.npy", to_npy(np.full((4, 12), np.inf))),
        "whole numbers of one row": ("00_histogram_typical.npy", to_npy(np.zeros(3))),
        "objects": (
            "00_histogram_typical.npy",
            b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (4,), }",
        ),
        "no array at all": ("00_histogram_typical.npy", b""),
        "more than there is": ("00_histogram_typical.npy", to_npy(np.zeros(4)).replace(b"(4,)", b"(9,)")),
    }
    for what, (name, content) in swaps.items():
        with pytest.raises(BundleError) as refused:
            loads(_signed({**members, name: content}))
        assert "step 1" in str(refused.value), what


def _signed(members):
    """The members packed as their author would, with fresh digests."""
    manifest = decode(members[MANIFEST], "an example")
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    fields["members"] = {name: sha256(content) for name, content in members.items() if name != MANIFEST}
    return pack({**members, MANIFEST: encode(type(manifest)(**fields))})


def test_every_refusal_is_of_the_family(files):
    assert issubclass(BundleError, MusculusError)
    assert loads(files["linear"]).features
