"""PyTorch modules as networks: MACs and parameters as torch counts them, nothing left behind."""

import doctest
import inspect
import os
import re
import subprocess
import sys
import tempfile
import types

import pytest
import tilewise
from conftest import ROOT
from tilewise import torch_export

# Convolutions, products and attention, to be counted by torch at 224 x 224 (inception_v3: 299).
MODELS = [
    "alexnet", "vgg11_bn", "resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2",
    "densenet121", "googlenet", "inception_v3", "mobilenet_v2", "mobilenet_v3_small",
    "mobilenet_v3_large", "mnasnet1_0", "efficientnet_b0", "regnet_y_400mf",
    "shufflenet_v2_x1_0", "squeezenet1_1", "convnext_tiny", "vit_b_16", "swin_t",
]  # fmt: skip
# Heads for training alone would be parameters that no inference reads; drawing weights takes long.
OPTIONS = {
    "googlenet": {"aux_logits": False, "init_weights": False},
    "inception_v3": {"aux_logits": False, "init_weights": False},
}
# What torch's counter knows, of which a layer of any other operator has no MACs.
MULTIPLYING = {"convolution", "depthwise", "fully_connected", "matrix_product"}


@pytest.fixture
def torch():
    return pytest.importorskip("torch", minversion="2.1")


def counted(torch, module, shape):
    """MACs as torch counts them while it runs: FLOPs of convolutions and matrix products / 2.

    Fused attention would not be counted. Modules take it only where no gradient can be asked for;
    the other kind is switched off.
    """
    counter = pytest.importorskip("torch.utils.flop_counter")
    flash = torch.backends.cuda.flash_sdp_enabled()
    torch.backends.cuda.enable_flash_sdp(False)
    try:
        with torch.enable_grad(), counter.FlopCounterMode(display=False) as count:
            module(torch.zeros(shape))
    finally:
        torch.backends.cuda.enable_flash_sdp(flash)
    flops = count.get_total_flops()
    assert flops % 2 == 0
    return flops // 2


@pytest.mark.parametrize("name", MODELS)
def test_macs_and_parameters_are_those_that_torch_counts(torch, name):
    models = pytest.importorskip("torchvision.models")
    if not hasattr(models, name):
        pytest.skip(f"this torchvision has no {name}")
    module = getattr(models, name)(**OPTIONS.get(name, {})).eval()
    size = 299 if name == "inception_v3" else 224
    network = tilewise.Network.from_torch(module, (1, 3, size, size))
    layers = network.layers
    assert sum(layer.macs for layer in layers if layer.op in MULTIPLYING) == network.macs
    assert network.macs == counted(torch, module, (1, 3, size, size))
    assert network.parameters == sum(each.numel() for each in module.parameters())


def test_the_other_exporter_gives_the_same_layers(torch):
    pytest.importorskip("onnxscript")
    if "dynamo" not in inspect.signature(torch.onnx.export).parameters:
        pytest.skip("this torch has one exporter")
    module = small(torch)
    traced, captured = (
        tilewise.Network.from_torch(module, (2, 3, 8, 8), dynamo=dynamo) for dynamo in (False, True)
    )
    assert shapes(traced) == shapes(captured)
    assert traced.parameters == captured.parameters


def shapes(network):
    """All of the layers but their names, which each exporter makes."""
    return [
        (each.op, each.bounds, each.stride, each.dilation, each.padding, each.image)
        for each in network.layers
    ]


def small(torch):
    """A convolution to 4 channels, batch norm, and 10 classes of 4 x 8 x 8."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(),
        nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip


def test_layers_are_those_of_the_module_at_inference(torch):
    network = tilewise.Network.from_torch(small(torch), (2, 3, 8, 8))
    assert network.name == "Sequential"
    assert [layer.op for layer in network.layers] == ["convolution", "fully_connected"]
    # 2 images of 4 x 8 x 8 outputs with 27 taps each; 256 x 10 products each.
    assert network.macs == 2 * (256 * 27 + 2560)
    # Weights and bias, scale and shift, weights and bias.
    assert network.parameters == 4 * 27 + 4 + 8 + 2560 + 10
    unfused = tilewise.Network.from_torch(small(torch), (2, 3, 8, 8), unfused=True)
    assert "elementwise" in [layer.op for layer in unfused.layers]


def test_an_example_is_a_tensor_or_a_shape_or_several(torch):
    class Two(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = torch.nn.Linear(6, 5), torch.nn.Linear(7, 5)

        def forward(self, a, b):
            return self.left(a) + self.right(b)

    macs = 3 * 5 * (6 + 7)
    for example in [
        ((3, 6), (3, 7)),
        (torch.zeros(3, 6), torch.zeros(3, 7)),
        [torch.zeros(3, 6), (3, 7)],
    ]:
        assert tilewise.Network.from_torch(Two(), example).macs == macs
    linear = torch.nn.Linear(6, 5)
    for example in [(3, 6), torch.zeros(3, 6), torch.Size([3, 6]), ((3, 6),)]:
        assert tilewise.Network.from_torch(linear, example).macs == 3 * 5 * 6
    half = torch.nn.Linear(6, 5).to(torch.float64)
    assert tilewise.Network.from_torch(half, (3, 6)).macs == 3 * 5 * 6


def test_the_module_is_left_as_it_was(torch, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    module = small(torch)
    module.train()
    module[1].eval()  # a frozen batch norm in a module that is trained
    before = {name: value.clone() for name, value in module.state_dict().items()}
    tilewise.Network.from_torch(module, (2, 3, 8, 8))
    assert [part.training for part in module] == [True, False, True, True, True, True]
    assert module.training
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert all(each.grad is None and each.requires_grad for each in module.parameters())
    assert torch.is_grad_enabled()
    assert os.listdir(tmp_path) == []


def test_a_module_that_cannot_be_exported_is_one_input_error(torch, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    class Odd(torch.nn.Module):
        def forward(self, x):
            raise RuntimeError("odd things happen\nin many lines")

    module = Odd().train()
    with pytest.raises(
        tilewise.InputError, match="cannot export Odd to ONNX: .*odd things"
    ) as said:
        tilewise.Network.from_torch(module, (1, 4))
    assert "\n" not in str(said.value)
    assert "module(*example)" in str(said.value)
    assert module.training
    assert os.listdir(tmp_path) == []
    assert capfd.readouterr().out == ""


def test_what_costs_nothing_is_warned_of_by_module(torch):
    class Index(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(8, 4)

        def forward(self, x):
            return torch.argmax(self.linear(x), dim=1)

    with pytest.warns(UserWarning, match="^Index: ArgMax") as said:
        tilewise.Network.from_torch(Index(), (2, 8))
    assert len(said) == 1
    with pytest.raises(tilewise.InputError, match="^Index: .*ArgMax"):
        tilewise.Network.from_torch(Index(), (2, 8), strict=True)


@pytest.mark.parametrize(
    ("example", "word"),
    [((0, 3), "whole numbers"), ("1,3", "expected a tensor"), ((), "expected a tensor"),
     (((3, 6), "x"), "whole numbers"), (None, "expected a tensor")],
)  # fmt: skip
def test_an_example_that_is_none_is_refused(torch, example, word):
    with pytest.raises(tilewise.InputError, match=word):
        tilewise.Network.from_torch(torch.nn.Linear(6, 5), example)


def test_what_is_no_module_is_refused(torch):
    with pytest.raises(tilewise.InputError, match=r"str is no torch.nn.Module"):
        tilewise.Network.from_torch("resnet18", (1, 3, 8, 8))


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_example_of_a_page_prints_what_it_says(torch, page):
    pytest.importorskip("torchvision")
    text = (ROOT / page).read_text()
    [block] = re.findall(r"^```python torch\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    said = []
    test = doctest.DocTestParser().get_doctest(block, {}, page, page, 0)
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)


def test_the_package_does_not_import_torch():
    program = "import sys, tilewise; assert not {'torch', 'onnx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("version", ["1.13.0a0+gitunknown", "2.0.1", "unknown"])
def test_an_exporter_that_loses_parameters_is_refused(monkeypatch, version):
    old = types.ModuleType("torch")
    old.__version__ = version
    monkeypatch.setitem(sys.modules, "torch", old)
    with pytest.raises(tilewise.InputError, match=r"is too old: .* install 2\.1 or later"):
        tilewise.Network.from_torch(object(), (1, 3, 8, 8))


def test_without_torch_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        tilewise.InputError, match=r"install torch: pip install 'tilewise\[torch\]'"
    ):
        tilewise.Network.from_torch(object(), (1, 3, 8, 8))
    assert not torch_export.is_module(object())
