"""Networks from ONNX models, made here with the onnx project's own writer."""

import onnx
import pytest
import tilewise
from onnx import TensorProto, helper


def model(path, last="Relu"):
    """An open batch of 3 x 8 x 8 through a 3 x 3 convolution to 4 channels, then `last`."""
    weight = helper.make_tensor("w", TensorProto.FLOAT, [4, 3, 3, 3], [0.0] * 108)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["y"], name="first", pads=[1, 1, 1, 1]),
        helper.make_node(last, ["y"], ["z"]),
    ]
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 8, 8])
    answer = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["batch", 4, 8, 8])
    graph = helper.make_graph(nodes, "small", [image], [answer], [weight])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    onnx.save(made, path)
    return path


def test_a_model_has_the_macs_of_its_batch(tmp_path):
    path = model(tmp_path / "small.onnx")
    # 4 x 3 channels, 8 x 8 outputs, 3 x 3 taps.
    assert tilewise.Network.from_onnx(path).macs == 4 * 3 * 64 * 9
    network = tilewise.Network.from_onnx(path, batch=5)
    assert network.macs == 5 * 4 * 3 * 64 * 9
    assert network.parameters == 108
    assert [layer.name for layer in network.layers] == ["first"]
    table = tilewise.cost(path, "two_level")
    assert len(table) == 1


def test_work_that_costs_nothing_is_warned_of_or_refused(tmp_path):
    path = model(tmp_path / "index.onnx", "ArgMax")
    with pytest.warns(UserWarning, match="ArgMax"):
        assert len(tilewise.Network.from_onnx(path)) == 1
    with pytest.raises(tilewise.InputError, match="ArgMax"):
        tilewise.Network.from_onnx(path, strict=True)


def test_unfused_activations_are_layers(tmp_path):
    path = model(tmp_path / "small.onnx")
    network = tilewise.Network.from_onnx(path, unfused=True)
    assert [layer.op for layer in network.layers] == ["convolution", "elementwise"]
    assert len(tilewise.cost(path, "two_level", unfused=True)) == 2
    with pytest.raises(tilewise.InputError, match="unfused"):
        tilewise.cost(network, "two_level", unfused=True)


def test_a_truncated_model_is_refused(tmp_path):
    path = model(tmp_path / "cut.onnx")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="cut.onnx"):
        tilewise.Network.from_onnx(path)
