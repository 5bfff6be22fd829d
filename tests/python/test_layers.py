"""Layers and networks are read as their files are."""

import numpy as np
import pytest
import tilewise


def test_a_layer_of_keywords_has_the_loops_of_its_shape():
    layer = tilewise.Layer(
        op="convolution",
        input={"channels": 3, "height": 32, "width": 32},
        output_channels=np.int64(16),
        kernel=3,
        padding=1,
    )
    assert layer.op == "convolution"
    assert layer.bounds == {"N": 1, "G": 1, "M": 16, "C": 3, "P": 32, "Q": 32, "R": 3, "S": 3}
    assert layer.macs == 16 * 3 * 32 * 32 * 3 * 3
    assert layer.parameters == 16 * 3 * 3 * 3
    assert (layer.stride, layer.dilation, layer.padding) == ((1, 1), (1, 1), (1, 1))
    assert layer.image == (32, 32)


def test_a_layer_of_loop_bounds_is_the_same_layer():
    loops = tilewise.Layer(name="a", op="convolution", dims={"M": 3, "C": 4, "P": 2, "Q": 3})
    shape = tilewise.Layer(
        name="a",
        op="convolution",
        input={"channels": 4, "height": 2, "width": 3},
        output_channels=3,
        kernel=1,
    )
    assert loops == shape
    assert hash(loops) == hash(shape)
    assert loops != tilewise.Layer(name="b", op="convolution", dims={"M": 3, "C": 4})


def test_a_shipped_layer_is_found_by_name_and_a_file_by_path(tmp_path):
    assert tilewise.Layer.from_yaml("pointwise_72").macs == 72
    path = tmp_path / "mine.yaml"
    path.write_text("op: fully_connected\ninputs: 4\noutputs: 5\nbias: true\n")
    layer = tilewise.Layer.from_yaml(path)
    assert (layer.name, layer.macs, layer.parameters) == ("mine", 20, 25)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"op": "convolution"}, "input"),
        ({"op": "convolutoin"}, "convolutoin"),
        ({"op": "fully_connected", "inputs": 4, "outputs": 5, "kernl": 3}, "kernl"),
        ({"op": "fully_connected", "inputs": 0, "outputs": 5}, "inputs"),
    ],
)
def test_a_wrong_key_is_refused_with_its_name(keys, text):
    with pytest.raises(tilewise.InputError, match=f"^Layer:1: .*{text}"):
        tilewise.Layer(**keys)


def test_a_missing_file_is_refused_as_the_program_does(refusal):
    with pytest.raises(ValueError) as error:
        tilewise.Network.from_yaml("nothing")
    assert str(error.value) == refusal("network", "show", "nothing")


def test_a_network_has_the_totals_that_the_program_shows(ask):
    network = tilewise.Network.from_yaml("resnet18")
    shown = ask("network", "show", "resnet18")
    assert (network.macs, network.parameters) == (shown["macs"], shown["parameters"])
    assert len(network) == len(network.layers) == len(shown["layers"])
    assert sum(layer.macs for layer in network.layers) == network.macs
    assert network.inputs_of(0) == []
    # What the first pooling reads and writes, in words of 16 bit.
    assert network.peak_memory_bits == (64 * 112 * 112 + 64 * 56 * 56) * 16
