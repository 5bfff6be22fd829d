"""Pages of results: what is in them is what the program said, and names stay texts."""

import base64
import html.parser
import json
import os
import sys

import numpy as np
import pandas as pd
import pytest
import tilewise
import tilewise.plot
from conftest import needs, run
from tilewise.report.pages import page_of, write_page
from tilewise.tables import EXACT

pytestmark = needs("plotly")

HOSTILE = '</script><script>alert("1")</script><b>&'


class Reader(html.parser.HTMLParser):
    """What a browser makes of a page: elements, cells of tables, data for the script."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.rows, self.texts = [], {}, [], []
        self._script, self._in_cell = None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag == "script":
            self._script = found.get("id", f"code{len(self.scripts)}")
            self.scripts[self._script] = ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append(["", found.get("data-value")])
            self._in_cell = True

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = None
        elif tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data):
        if self._script is not None:
            self.scripts[self._script] += data
            return
        self.texts.append(data)
        if self._in_cell:
            self.rows[-1][-1][0] += data

    def data(self, name):
        return json.loads(self.scripts[name])


def of_json(found, tmp_path):
    """The page of an object."""
    path = tmp_path / "found.json"
    path.write_text(json.dumps(found))
    return Reader(page_of(path, tmp_path / "page.html"))


@pytest.fixture(scope="module")
def costs():
    """What `cost --json` prints of a network under a schedule."""
    done = run("cost", "resnet18", "--device", "zc706,two_level", "--schedule", "kept",
               "--factors", "divisors", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explored") / "buffers"
    done = run("explore", "eyeriss_buffers", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept") / "space"
    done = run("sweep", "nasbench201", "--dataset", "cifar10",
               "--device", "hwnasbench-eyeriss,hwnasbench-zc706", "--out", folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def heights(figure):
    """The sums of stacked bars, place by place."""
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    return np.sum([trace["y"] for trace in bars], axis=0)


def test_bars_of_a_network_add_up_to_what_the_program_said(costs, tmp_path):
    page = of_json(costs, tmp_path)
    figures = page.data("figures")
    layers = costs["costs"][0]["layers"]
    assert heights(figures["figure0"]) == pytest.approx([each["latency_ms"] for each in layers])
    assert heights(figures["figure1"]) == pytest.approx([each["energy_mJ"] for each in layers])
    # The table has each number as it is.
    cells = [row for row in page.rows if row[0][1] is not None and len(row) == 11]
    shown = [(row[1][0], float(row[3][1]), float(row[5][1])) for row in cells]
    everywhere = [layer for cost in costs["costs"] for layer in cost["layers"]]
    assert shown == [(e["name"], e["latency_ms"], e["energy_mJ"]) for e in everywhere]


def test_no_layer_is_above_the_roofline(costs, tmp_path):
    figure = of_json(costs, tmp_path).data("figures")["figure2"]
    roofs = {each["name"]: each for each in figure["data"] if each["mode"] == "lines"}
    peak = roofs["peak of compute"]["y"][0]
    # 64 x 12 lanes at 200 MHz.
    assert peak == pytest.approx(768 * 0.2, rel=1e-9)
    slope = roofs["peak of DRAM"]["y"][0] / roofs["peak of DRAM"]["x"][0]
    assert slope == pytest.approx(12.8, rel=0.05)  # GB/s of the board
    for trace in figure["data"]:
        if trace["mode"] == "markers":
            for x, y in zip(trace["x"], trace["y"], strict=True):
                assert y <= min(peak, slope * x) * (1 + 1e-9)


def test_lanes_of_a_schedule_hold_one_tensor_at_a_time(costs, tmp_path):
    figure = of_json(costs, tmp_path).data("figures")["figure3"]
    tensors = costs["costs"][0]["schedule"]["tensors"]
    spans = [
        (lane, start, start + length)
        for trace in figure["data"]
        for lane, start, length in zip(trace["y"], trace["base"], trace["x"], strict=True)
    ]
    assert len(spans) == len(tensors)
    assert {(round(a + 0.4), round(b - 0.4)) for _, a, b in spans} == {
        (each["from"], each["to"]) for each in tensors
    }
    for lane in {lane for lane, _, _ in spans}:
        of_lane = sorted(span[1:] for span in spans if span[0] == lane)
        assert all(a[1] < b[0] for a, b in zip(of_lane, of_lane[1:], strict=False))


def test_the_columns_of_an_exploration_are_those_of_its_table(explored, tmp_path):
    page_file = tmp_path / "page.html"
    page = Reader(page_of(explored, page_file))
    [explorer] = page.data("data")["explorers"].values()
    table = pd.read_csv(explored / "all.csv", **EXACT)
    for name in ("latency_ms", "energy_mJ", "area_mm2"):
        column = explorer["columns"][name]
        numbers = np.frombuffer(base64.b64decode(column["doubles"]), "<f8")
        assert numbers.tolist() == table[name].tolist()
    buffers = explorer["columns"]["parameters.buffer"]
    places = np.frombuffer(base64.b64decode(buffers["doubles"]), "<f8").astype(int)
    assert [buffers["words"][at] for at in places] == table["parameters.buffer"].tolist()
    assert "LUT" not in explorer["axes"]  # of FPGAs only
    for index, link in explorer["links"].items():
        assert (tmp_path / link).resolve() == (explored / "architectures" / f"{index}.yaml")
    assert len(explorer["links"]) == (table["front"] == "yes").sum()


def test_an_exploration_without_a_cost_tells_why(explored, tmp_path):
    table = pd.read_csv(explored / "all.csv").assign(outcome="not_built", front="no", why=HOSTILE)
    costs = list(table.columns[table.columns.get_loc("latency_ms") : -1])
    table[costs] = np.nan
    table.to_csv(tmp_path / "all.csv", index=False)
    page = Reader(page_of(tmp_path, tmp_path / "page.html"))
    assert page.data("figures") == {}
    assert [row[0] for row in page.rows if row[0][0] == "not built"] == [["not built", None]] * 2
    assert [cell[0] for cell in page.rows[-1]] == ["not built", HOSTILE, "24", "0"]
    with pytest.raises(tilewise.InputError, match="no configuration is costed"):
        tilewise.plot.ways(tmp_path)


def test_a_space_shows_what_analyze_says_of_it(swept, tmp_path):
    table = pd.read_csv(swept / "costs.csv")
    accuracy = tmp_path / "accuracy.csv"
    known = table["index"] % 3 > 0
    pd.DataFrame({"index": table["index"], "accuracy": table["macs"] ** 0.2})[known].to_csv(
        accuracy, index=False
    )
    page = Reader(page_of(swept, tmp_path / "page.html", str(accuracy)))
    [explorer] = page.data("data")["explorers"].values()
    assert explorer["architectures"] == table["arch_str"].tolist()
    assert explorer["y"] == "accuracy"
    shown = np.frombuffer(base64.b64decode(explorer["columns"]["accuracy"]["doubles"]), "<f8")
    assert np.isnan(shown).tolist() == (~known).tolist()
    said = json.loads(run("analyze", swept, "--json").stdout)["datasets"][0]
    cells = page.data("figures")["figure1"]["data"][0]["z"]
    assert cells == said["correlations"]["kendall_tau_b"]


def test_a_candidate_of_blocks_is_told_by_the_names_of_its_choices(tmp_path):
    folder = tmp_path / "blocks"
    done = run("space", "fbnet", "--dataset", "ImageNet", "--sample", "3", "--device",
               "hwnasbench-zc706", "--out", folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    [explorer] = Reader(page_of(folder, tmp_path / "page.html")).data("data")["explorers"].values()
    blocks = tilewise.space("fbnet", dataset="ImageNet", devices=["hwnasbench-zc706"]).blocks
    for position, choice in enumerate(explorer["architectures"][0].split(","), 1):
        here = (blocks["position"] == position) & (blocks["op"].astype(str) == choice)
        [found] = blocks[here]["block"]
        assert explorer["choices"][int(choice)] == found


def test_the_library_of_a_page_is_compiled_at_once(costs, tmp_path):
    codes = [text for name, text in of_json(costs, tmp_path).scripts.items() if "code" in name]
    assert codes[0].startswith("//# allFunctionsCalledOnLoad\n") and "plotly.js" in codes[0][:300]


def test_a_layer_tells_its_nest_words_and_certificate(ask, tmp_path):
    found = ask("map", "--device", "two_level", "--layer", "pointwise_72")
    page = of_json(found, tmp_path)
    text = " ".join(page.texts)
    assert "There are 6,304 mappings of this layer" in text
    assert "no mapping of this space is better" in text
    assert "Input to Buffer: 24 read, 24 arrive" in text
    levels = [found for tag, found in page.tags if found.get("class") == "level"]
    assert len(levels) == len(found["mapping"]) + 1
    bars = heights(page.data("figures")["figure1"]).sum()
    assert bars * 1e6 == pytest.approx(found["energy"]["total_pJ"])


def test_a_layer_shows_every_trade(ask, tmp_path):
    layer = ["map", "--device", "two_level", "--layer", "pointwise_72"]
    figure = of_json(ask(*layer, "--objective", "pareto"), tmp_path).data("figures")["figure2"]
    assert figure["data"][0]["x"] == [102.0, 138.0]  # docs/python.md
    assert figure["data"][0]["y"] == [0.0105, 0.007008]


def test_the_program_writes_the_same_page(ask, tmp_path):
    environment = os.environ | {"TILEWISE_PYTHON": sys.executable}
    layer = ["map", "--device", "two_level", "--layer", "pointwise_72"]
    (tmp_path / "layer.json").write_text(json.dumps(ask(*layer)))
    expected = page_of(tmp_path / "layer.json", tmp_path / "page.html")
    page = tmp_path / "page.html"
    done = run(*layer, "--html", page, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert page.read_text() == expected
    page.unlink()
    refused = run("report", tmp_path / "none", "--html", page, environment=environment)
    assert refused.returncode == 2
    assert refused.stderr == f"error: {tmp_path}/none: cannot be read: No such file or directory\n"
    assert not page.exists()


def test_each_command_writes_its_page(explored, swept, tmp_path):
    environment = os.environ | {"TILEWISE_PYTHON": sys.executable}
    page = tmp_path / "page.html"
    for command, title in [
        (["cost", "alexnet", "--device", "zc706", "--by", "level"], "alexnet on zc706"),
        (["explore", "eyeriss_buffers", "--out", explored], "Configurations of buffers"),
        (["analyze", swept], "Search space nasbench201"),
    ]:
        done = run(*command, "--html", page, environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
        assert title in Reader(page.read_text()).texts


def test_names_stay_texts(costs, tmp_path):
    costs = json.loads(json.dumps(costs).replace("layer1.0.conv1", HOSTILE.replace('"', "'")))
    costs["costs"][0]["device"] = HOSTILE
    page = of_json(costs, tmp_path)
    codes = [found for tag, found in page.tags if tag == "script"]
    assert len(codes) == 4  # two of data, Plotly, the page's own
    assert not any(tag == "b" for tag, _ in page.tags)
    assert any(HOSTILE in text for text in page.texts)
    ticks = page.data("figures")["figure0"]["layout"]["xaxis"]["ticktext"]
    assert any(tick.startswith("&lt;/script") for tick in ticks)  # which Plotly shows as <


def test_nothing_of_a_page_is_elsewhere(explored, tmp_path):
    page = Reader(page_of(explored, tmp_path / "page.html"))
    for tag, found in page.tags:
        assert "src" not in found, tag
        assert tag not in ("link", "iframe", "img")
        assert "//" not in found.get("href", "")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "holds neither costs.csv nor all.csv"),
        ({"blocks.csv": "dataset\n"}, "a space of blocks has no table of candidates"),
        ({"costs.json": "{\n]"}, "costs.json:2: no JSON"),
        ({"costs.json": '{"costs": [{"operators": []}]}'}, "--by layer"),
        ({"all.csv": ""}, "all.csv: no table"),
    ],
)
def test_what_is_no_answer_is_refused_and_no_page_is_left(files, says, tmp_path):
    folder = tmp_path / "found"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(tilewise.InputError, match=says):
        write_page(folder, tmp_path / "page.html")
    assert [each.name for each in tmp_path.iterdir()] == ["found"]


def test_a_page_never_takes_the_place_of_what_it_is_made_of(tmp_path):
    path = tmp_path / "found.json"
    path.write_text("{}")
    with pytest.raises(tilewise.InputError, match="would be overwritten"):
        write_page(path, path)
    assert path.read_text() == "{}"
