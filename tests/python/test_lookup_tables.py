"""The look-up tables of ProxylessNAS and once-for-all, by readers that ask for the keys that the
public ones ask for (docs/readers.md)."""

import itertools

import numpy as np
import pytest
import tilewise
import yaml
from tilewise.dataset.formats.lookup_keys import KEY_STYLES, block_key, fixed_keys
from tilewise.hwnasbench_tables import block_keys

STYLES = {style.name: style for style in KEY_STYLES}
# FBNet (docs/spaces.md): image, stem, classes, head; channels, positions and strides of the stages.
SHAPES = {"cifar100": (32, 1, 100, 1504), "ImageNet": (224, 2, 1000, 1984)}
CHANNELS, POSITIONS = (16, 24, 32, 64, 112, 184, 352), (1, 4, 4, 4, 4, 4, 1)
STRIDES = {"cifar100": (1, 1, 2, 2, 1, 2, 1), "ImageNet": (1, 2, 2, 2, 1, 2, 1)}
OPS = ["k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6", "skip"]


def blocks_of(ops, dataset):
    """(size, in, out, stride, name) of each position, and the size and channels at the end."""
    image, stride, _, _ = SHAPES[dataset]
    size, channels = (image - 1) // stride + 1, 16
    made = []
    counts = (
        (outputs, STRIDES[dataset][stage] if place == 0 else 1)
        for stage, outputs in enumerate(CHANNELS)
        for place in range(POSITIONS[stage])
    )
    for op, (outputs, step) in zip(ops, counts, strict=True):
        made.append((size, channels, outputs, step, OPS[op]))
        size, channels = (size - 1) // step + 1, outputs
    return made, size, channels


def read_sum(table, ops, dataset, style):
    """The latency of a network, as the public readers add it up."""
    image, stride, classes, head = SHAPES[dataset]
    first = (image - 1) // stride + 1
    blocks, size, channels = blocks_of(ops, dataset)
    total = table[f"Conv-input:{image}x{image}x3-output:{first}x{first}x16"]["mean"]
    for here, inputs, outputs, step, name in blocks:
        shapes = f"input:{here}x{here}x{inputs}-output:"
        shapes += f"{(here - 1) // step + 1}x{(here - 1) // step + 1}x{outputs}"
        if name == "skip":
            if step > 1 or inputs != outputs:
                total += table[f"skip-{shapes}-stride:{step}"]["mean"]
            continue
        kernel, expansion = int(name[1]), int(name[4])
        expand = expansion if style == "proxylessnas" else inputs * expansion
        key = f"expanded_conv-{shapes}-expand:{expand}-kernel:{kernel}-stride:{step}"
        key += f"-idskip:{int(step == 1 and inputs == outputs)}"
        key += "-se:0-hs:0" if style == "ofa" else ""
        key += "-groups:2" if name.endswith("g2") else ""
        total += table[key]["mean"]
    total += table[f"Conv_1-input:{size}x{size}x{channels}-output:{size}x{size}x{head}"]["mean"]
    if style == "proxylessnas":
        return total + table[f"Logits-input:{size}x{size}x{head}-output:{classes}"]["mean"]
    total += table[f"AvgPool2D-input:{size}x{size}x{head}-output:1x1x{head}"]["mean"]
    return total + table[f"Logits-input:1x1x{head}-output:{classes}"]["mean"]


@pytest.mark.parametrize("style", ["proxylessnas", "ofa"])
@pytest.mark.parametrize("dataset", ["cifar100", "ImageNet"])
def test_the_sum_of_a_table_is_the_latency_of_the_network(dataset, style, block_readers_folder):
    ops = np.random.default_rng(1).integers(0, 9, (20, 22)).astype(np.uint8)
    ops[0] = 3
    for device in ("pixel_m32p32", "hwnasbench-zc706"):
        path = block_readers_folder / f"blocks.{dataset}.{device}.{style}.yaml"
        table = yaml.safe_load(path.read_text())
        assert list(table) == sorted(table)
        spread = {"proxylessnas": "var", "ofa": "std"}[style]
        for entry in table.values():
            assert list(entry) == ["count", "mean", spread] and type(entry["mean"]) is float
        costs = tilewise.space("fbnet", dataset=dataset, devices=[device]).cost(ops, "latency_ms")
        sums = [read_sum(table, row, dataset, style) for row in ops]
        assert sums == pytest.approx(list(costs), rel=1e-12)


def test_a_number_with_an_exponent_is_a_number_in_yaml():
    from tilewise.dataset.formats.lookup_table import _float

    for number in (1e-05, 2.5e-07, 3.0, 1e22, 0.1):
        assert yaml.safe_load(_float(number)) == number


ROW = ("input_size", "input_channels", "output_channels", "kernel", "stride", "expansion")


def row(*numbers, **more):
    return dict(zip(ROW, numbers, strict=True), **more)


# Keys of han-cai/files, proxylessnas/mobile_trim.yaml and ofa/note10/224_lookup_table.yaml.
@pytest.mark.parametrize(
    ("style", "block", "key"),
    [
        ("proxylessnas", row(112, 16, 24, 5, 2, 3),
         "112x112x16-output:56x56x24-expand:3-kernel:5-stride:2-idskip:0"),
        ("proxylessnas", row(112, 32, 16, 3, 1, 1),
         "112x112x32-output:112x112x16-expand:1-kernel:3-stride:1-idskip:0"),
        ("proxylessnas", row(14, 80, 80, 7, 1, 6),
         "14x14x80-output:14x14x80-expand:6-kernel:7-stride:1-idskip:1"),
        ("ofa", row(112, 24, 24, 3, 1, 1),
         "112x112x24-output:112x112x24-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0"),
        ("ofa", row(112, 24, 32, 3, 2, 6, se=0, hs=0),
         "112x112x24-output:56x56x32-expand:144-kernel:3-stride:2-idskip:0-se:0-hs:0"),
        ("ofa", row(14, 136, 192, 5, 2, 4, se=1, hs=1),
         "14x14x136-output:7x7x192-expand:544-kernel:5-stride:2-idskip:0-se:1-hs:1"),
        ("ofa", row(13, 136, 192, 5, 2, 4, se=1, hs=1, groups=1),
         "13x13x136-output:7x7x192-expand:544-kernel:5-stride:2-idskip:0-se:1-hs:1"),
    ],
)  # fmt: skip
def test_keys_of_blocks_are_the_public_ones(style, block, key):
    assert block_key(STYLES[style], block) == f"expanded_conv-input:{key}"


def layer(op, channels, size, outputs=None, kernel=1, stride=1):
    if op == "fully_connected":
        return tilewise.Layer(op=op, inputs=channels, outputs=outputs)
    keys = {"output_channels": outputs} if outputs else {}
    keys |= {"padding": kernel // 2} if op != "average_pool" else {}
    sizes = {"channels": channels, "height": size, "width": size}
    return tilewise.Layer(op=op, input=sizes, kernel=kernel, stride=stride, **keys)


def test_keys_of_fixed_parts_are_the_public_ones():
    # once-for-all with width 1.2 at 224: the five single keys of its table, and the first block.
    parts = {
        "stem": [layer("convolution", 3, 224, 24, 3, 2)],
        "first": [layer("depthwise", 24, 112, kernel=3), layer("convolution", 24, 112, 24)],
        "expand": [layer("convolution", 192, 7, 1152)],
        "pool": [layer("average_pool", 1152, 7, kernel=7)],
        "mix": [layer("convolution", 1152, 1, 1536)],
        "classifier": [layer("fully_connected", 1536, 1, 1000)],
    }
    assert list(fixed_keys(STYLES["ofa"], parts).values()) == [
        "Conv-input:224x224x3-output:112x112x24",
        "expanded_conv-input:112x112x24-output:112x112x24"
        "-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0",
        "Conv_1-input:7x7x192-output:7x7x1152",
        "AvgPool2D-input:7x7x1152-output:1x1x1152",
        "Conv_2-input:1x1x1152-output:1x1x1536",
        "Logits-input:1x1x1536-output:1000",
    ]
    # ProxylessNAS: all after Conv_1 is one entry.
    parts = {
        "stem": [layer("convolution", 3, 224, 32, 3, 2)],
        "first": [layer("depthwise", 32, 112, kernel=3), layer("convolution", 32, 112, 16)],
        "mix": [layer("convolution", 320, 7, 1280)],
        "pool": [layer("average_pool", 1280, 7, kernel=7)],
        "classifier": [layer("fully_connected", 1280, 1, 1000)],
    }
    assert list(fixed_keys(STYLES["proxylessnas"], parts).values()) == [
        "Conv-input:224x224x3-output:112x112x32",
        "expanded_conv-input:112x112x32-output:112x112x16-expand:1-kernel:3-stride:1-idskip:0",
        "Conv_1-input:7x7x320-output:7x7x1280",
        *itertools.repeat("Logits-input:7x7x1280-output:1000", 2),
    ]


@pytest.mark.parametrize(
    ("space", "dataset", "style"),
    [("proxylessnas", "ImageNet", "proxylessnas"), ("ofa_mobilenetv3", "w1.2-160", "ofa")],
)
def test_the_table_of_a_space_has_the_keys_of_its_public_table(space, dataset, style, tmp_path):
    spec = {"name": "made", "space": space, "datasets": [dataset], "devices": ["zc706"]}
    tilewise.dataset.build(spec | {"formats": ["csv", style]}, tmp_path / "made")
    written = (tmp_path / "made" / f"made.{dataset}.zc706.{style}.yaml").read_text()
    table = yaml.safe_load(written)
    keys = block_keys(space, dataset)
    # The file of the space says how the public table calls each part.
    said = {key for row in keys.blocks for key in row if key} | set(keys.fixed.values())
    assert said <= set(table)
    assert all(key.startswith("skip-") for key in set(table) - said)
    costs = tilewise.space(space, dataset=dataset, devices="zc706")
    ops = [0] * costs.positions
    total = sum(table[row[0]]["mean"] for row in keys.blocks)
    total += sum(table[key]["mean"] for key in set(keys.fixed.values()))
    assert total == pytest.approx(costs.cost(ops, "latency_ms")[0])
