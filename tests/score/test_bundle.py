import io
import json
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from musculus.errors import BundleError, MissingExtra
from musculus.score import load
from musculus.score.bundle import loads
from musculus.score.container import MANIFEST, pack, sha256, unpack
from musculus.score.kernels.tree_form import check_trees
from musculus.score.manifest import decode


def test_a_file_reads_back(files, tmp_path):
    path = tmp_path / "model.musculus"
    path.write_bytes(files["linear"])
    scorer = load(path, digest=sha256(files["linear"]).upper())
    assert scorer.features == ("speed", "jerk", "pause", "turns")
    assert scorer.sha256 == sha256(files["linear"])


def test_another_file_than_the_one_expected_is_refused(files, tmp_path):
    path = tmp_path / "model.musculus"
    path.write_bytes(files["linear"])
    with pytest.raises(BundleError, match=r"sha256 is .*, expected 0000"):
        load(path, digest="0" * 64)
    with pytest.raises(BundleError, match=r"can't be read .*check the name"):
        load(tmp_path / "model.muscles")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (pickle.dumps({"model": 1}), r"a Python pickle \(which is never opened\)"),
        (b"\x93NUMPY\x01\x00", r"a bare \.npy array"),
        (b'{"format":1}', "a JSON text"),
        (b"PK\x05\x06" + bytes(18), "an empty or damaged zip"),
        (b"\x1f\x8b\x08", "a gzip file"),
        (b"tree\nversion=v4", "a LightGBM text"),
        (b"\x08\x08\x12\x08onnx", "starts with"),
    ],
)
def test_a_foreign_file_is_told_what_it_is(data, said):
    with pytest.raises(BundleError, match=f"model: {said}.*not a musculus model file; get the file again"):
        loads(data)


def zipped(members, compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return out.getvalue()


def test_a_file_edited_and_packed_by_another_program_is_refused(files):
    members = unpack(files["histogram"], "an example")
    edited = json.loads(members[MANIFEST])
    edited["thresholds"] = [-1e9, -1e9]
    members[MANIFEST] = json.dumps(edited, separators=(",", ":")).encode()
    with pytest.raises(BundleError, match="changed after musculus wrote it"):
        loads(zipped(members.items()))


def test_a_member_that_differs_from_its_digest_is_refused(files):
    members = unpack(files["histogram"], "an example")
    name = "00_histogram_typical.npy"
    members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])
    with pytest.raises(BundleError, match=r"'00_histogram_typical.npy' isn't what the manifest signed"):
        loads(pack(members))


@pytest.mark.parametrize("name", ["../../etc/passwd.npy", "/root/x.npy", "a\\b.npy", "model.pkl", "x.npy/", "C:x.npy"])
def test_names_that_lead_elsewhere_are_refused(files, name):
    members = unpack(files["histogram"], "an example")
    with pytest.raises(BundleError, match=r"a member is called .*, which no model file holds"):
        loads(zipped([*members.items(), (name, b"x")]))


def test_a_bomb_is_refused_unopened():
    bomb = zipped([(MANIFEST, b"0" * 50_000_000)], zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(BundleError, match="compressed or encrypted"):
        loads(bomb)


def test_a_member_that_stands_twice_or_is_not_asked_for_is_refused(files):
    members = unpack(files["histogram"], "an example")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped([*members.items(), ("00_histogram_edges.npy", b"x")])
    with pytest.raises(BundleError, match=r"holds '00_histogram_edges.npy' twice"):
        loads(twice)
    with pytest.raises(BundleError, match=r"disagree about extra\.npy"):
        loads(pack({**members, "extra.npy": b"x"}))


def test_a_newer_format_is_told_to_upgrade(files):
    members = unpack(files["histogram"], "an example")
    newer = members[MANIFEST].replace(b'{"format":1,', b'{"format":2,"more_than_we_know":true,')
    with pytest.raises(BundleError, match="a model file of format 2, this musculus reads format 1; upgrade musculus"):
        loads(pack({**members, MANIFEST: newer}))


def test_a_manifest_with_an_unknown_field_or_a_deep_nest_is_refused(files):
    members = unpack(files["histogram"], "an example")
    for manifest in (
        members[MANIFEST].replace(b'"task"', b'"tusk"'),
        members[MANIFEST].replace(b'"more":{}', b'"more":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        b'{"format":1,',
    ):
        with pytest.raises(BundleError, match="the manifest"):
            loads(pack({**members, MANIFEST: manifest}))


def test_a_manifest_that_contradicts_itself_is_refused(files, repacked):
    manifest = loads(files["linear"]).manifest
    first = manifest.features[0]
    wrong = {
        "0 features": {"features": []},
        "two features of one name": {"features": [first, *manifest.features[:3]]},
        "0 steps": {"steps": []},
        "target 2 of 2 classes": {"target": 2},
        "thresholds out of order": {"thresholds": (2.0, 1.0)},
        "a calibration called 'magic'": {"calibration": type(manifest.calibration)("magic")},
        "a calibration without numbers": {"calibration": type(manifest.calibration)("share")},
        "a calibration that doesn't ascend": {"calibration": type(manifest.calibration)("share", knots=[1.0, 0.0])},
        "quantiles aren't seven ascending": {"features": [type(first)("a", "", [1.0]), *manifest.features[1:]]},
    }
    for said, changed in wrong.items():
        with pytest.raises(BundleError, match=said):
            loads(repacked("linear", **changed))


def test_a_step_of_an_unknown_kind_is_answered_with_those_there_are(files, repacked):
    manifest = loads(files["linear"]).manifest
    steps = [type(step)("pickle", step.members) for step in manifest.steps]
    with pytest.raises(BundleError, match="no kernel named 'pickle'"):
        loads(repacked("linear", steps=steps))


def test_opening_and_scoring_imports_no_training_library(files, tmp_path):
    path = tmp_path / "model.musculus"
    path.write_bytes(files["histogram"])
    code = f"""
import sys
import musculus.score
assert not {{"numpy", "msgspec"}} & set(sys.modules), "the package alone should cost nothing"
scorer = musculus.score.load({str(path)!r})
scorer.score([[1.0, 2.0, 3.0, float("nan")]]), scorer.reasons([[1.0, 2.0, 3.0, 4.0]], 0)
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    unwanted = {
        "sklearn",
        "scipy",
        "pandas",
        "polars",
        "numba",
        "onnx",
        "onnxruntime",
        "lightgbm",
        "catboost",
        "joblib",
    }
    assert not unwanted & set(run.stdout.split())


def test_trees_without_onnx_runtime_say_what_to_install(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match=r"pip install 'musculus\[serve\]'"):
        loads(files["trees"])


def trees(data):
    return onnx.load_from_string(unpack(data, "an example")["01_trees_model.onnx"])


def external(model):
    tensor = model.graph.initializer.add(name="secret", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")


def attribute(model):
    return next(one for one in model.graph.node[0].attribute if one.name == "nodes_values")


HOSTILE = {
    "a tensor in another file": external,
    "another node": lambda model: model.graph.node.append(helper.make_node("Identity", ["y"], ["z"])),
    "another operation": lambda model: setattr(model.graph.node[0], "op_type", "Loop"),
    "another domain": lambda model: setattr(model.graph.node[0], "domain", "evil.ops"),
    "a graph inside": lambda model: model.graph.node[0].attribute.append(helper.make_attribute("body", model.graph)),
    "a function": lambda model: model.functions.add(name="f"),
    "a short list": lambda model: attribute(model).floats.pop(),
    "a hidden tensor": lambda model: attribute(model).t.CopyFrom(
        helper.make_tensor("t", TensorProto.FLOAT, [1], [1.0])
    ),
    "an attribute twice": lambda model: model.graph.node[0].attribute.append(attribute(model)),
    "no node": lambda model: model.graph.node.pop(),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_onnx_that_is_more_than_one_ensemble_of_trees_is_refused_before_it_runs(files, what):
    model = trees(files["trees"])
    check_trees(model.SerializeToString(), "an example")
    HOSTILE[what](model)
    with pytest.raises(BundleError, match="not the plain tree ensemble musculus writes"):
        check_trees(model.SerializeToString(), "an example")


def test_a_tree_ensemble_that_asks_for_two_billion_outputs_is_refused(files):
    node = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=2_000_000_000, nodes_treeids=[0],
        nodes_nodeids=[0], nodes_featureids=[0], nodes_modes=["LEAF"], nodes_values=[0.0], nodes_truenodeids=[0],
        nodes_falsenodeids=[0], target_ids=[0], target_nodeids=[0], target_treeids=[0], target_weights=[1.0],
    )  # fmt: skip
    model = trees(files["trees"])
    del model.graph.node[:]
    model.graph.node.append(node)
    with pytest.raises(BundleError, match="2,000,000,000 outputs"):
        check_trees(model.SerializeToString(), "an example")


def test_trees_for_another_number_of_columns_are_refused(files, repacked):
    model = trees(files["trees"])
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 3
    members = unpack(files["trees"], "an example")
    members["01_trees_model.onnx"] = model.SerializeToString()
    manifest = decode(members[MANIFEST], "an example")
    signed = {**manifest.members, "01_trees_model.onnx": sha256(members["01_trees_model.onnx"])}
    with pytest.raises(BundleError, match="expected"):
        loads(repacked(pack(members), members=signed))


def test_an_array_of_every_kind_survives_its_bytes():
    from musculus.score.arrays import from_npy, to_npy

    for array in (
        np.zeros((0,)),
        np.arange(6.0).reshape(2, 3),
        np.float32([1.5]),
        np.int32([[1]]),
    ):
        found = from_npy(to_npy(array), "an example")
        assert found.dtype == array.dtype
        assert np.array_equal(found, array)
