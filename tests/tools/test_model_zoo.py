"""tools/model_zoo.py says that it is skipped without torch, and its page lists what it names."""

import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "model_zoo.py"
PAGE = ROOT / "docs" / "models.md"


def loaded():
    spec = importlib.util.spec_from_file_location("model_zoo", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


zoo = loaded()


class FakeOnnx:
    """As much of the onnx package as the count of stored words needs."""

    class TensorProto:
        class DataType:
            @staticmethod
            def Value(name):  # noqa: N802 (protobuf's name)
                return {"FLOAT": 1, "FLOAT16": 10, "BFLOAT16": 16, "DOUBLE": 11}[name]

    def __init__(self, initializers, nodes):
        self.graph = types.SimpleNamespace(initializer=initializers, node=nodes)

    def load(self, path, load_external_data):
        return types.SimpleNamespace(graph=self.graph)


def tensor(name, *dims, kind=1):
    return types.SimpleNamespace(name=name, dims=dims, data_type=kind)


def node(op, *inputs):
    return types.SimpleNamespace(op_type=op, input=list(inputs), output=[], attribute=[])


class ModelZooTest(unittest.TestCase):
    def test_without_torch_it_is_skipped_with_a_word(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("torch", "onnx"):
                text = f"raise ImportError(name='{name}')"
                (pathlib.Path(folder) / f"{name}.py").write_text(text)
            done = subprocess.run(
                [sys.executable, str(TOOL)], env={"PYTHONPATH": folder, "PATH": ""},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        self.assertEqual(done.returncode, 77)
        self.assertRegex(done.stdout, "^skipped: the model zoo needs (torch|onnx); pip install ")

    def test_stored_words_are_parameters_by_name_and_constants_otherwise(self):
        onnx = FakeOnnx(
            [
                tensor("conv.weight", 8, 3, 3, 3),
                tensor("bn.weight", 8),
                tensor("bn.mean", 8),
                tensor("mask", 4, 4),
                tensor("scale"),
                tensor("index", 4, kind=7),
                tensor("unread", 5),
            ],
            [
                node("Conv", "x", "conv.weight"),
                node("BatchNormalization", "y", "bn.weight", "bn.weight", "bn.mean", "bn.mean"),
                node("Add", "z", "mask"),
                node("Mul", "z", "scale"),
                node("Gather", "z", "index"),
            ],
        )
        module = types.SimpleNamespace(
            named_parameters=lambda: [(name, None) for name in ("conv.weight", "bn.weight")]
        )
        self.assertEqual(zoo.stored(onnx, "model.onnx", module), (216 + 8, 16))

    def test_the_page_lists_every_model_of_timm_that_the_tool_names(self):
        text = PAGE.read_text()
        listed = re.findall(r"^(?:\| |- )(timm|torchvision) (\w+)", text, re.MULTILINE)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual({name for library, name in listed if library == "timm"}, set(zoo.TIMM))
        rows = re.findall(r"^\| (?:timm|torchvision) ", text, re.MULTILINE)
        self.assertIn(f"\n{len(rows)} models", text)
        self.assertGreaterEqual(len(rows), 60)


if __name__ == "__main__":
    unittest.main()
