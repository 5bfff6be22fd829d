"""The numbers of map, evaluate and cost are those of the program."""

import pytest
import tilewise
from conftest import run


@pytest.mark.parametrize("objective", ["edp", "energy", "latency"])
def test_map_answers_as_the_program(ask, objective):
    result = tilewise.map("pointwise_72", "two_level", objective=objective)
    said = ask("map", "--arch", "two_level", "--layer", "pointwise_72", "--objective", objective)
    search = said["search"]
    assert result.mapping.levels == [
        {
            "name": level["name"],
            "keep": level["keep"],
            "temporal": [tuple(loop) for loop in level["temporal"]],
            "spatial": [tuple(loop) for loop in level["spatial"]],
        }
        for level in said["mapping"]
    ]
    cost = result.cost
    assert cost.cycles == said["latency"]["cycles"]
    assert cost.latency_ms == said["latency"]["ms"]
    assert cost.energy_pJ == said["energy"]["total_pJ"]
    assert cost.energy_mJ == cost.energy_pJ * 1e-9
    assert cost.dram_bytes == said["off_chip_bits"] / 8
    assert (cost.utilisation, cost.bound) == (said["utilisation"], said["latency"]["bound"])
    assert (cost.macs, cost.compute_cycles) == (said["macs"], said["compute_cycles"])
    assert cost.stall_share == said["latency"]["stall_share"]
    assert result.objective == objective
    assert result.objective_value == search["objective_value"]
    assert result.lower_bound == search["lower_bound"]
    assert (result.proven, result.gap) == (True, 0.0)
    assert result.factors == search["factors"]
    assert result.space_size == int(search["space_size"])
    assert result.certificate == search["certificate"]
    assert result.front == []


def test_the_breakdown_is_that_of_the_program_and_adds_up_to_the_total(ask):
    result = tilewise.map("alexnet_conv3", "eyeriss", threads=2)
    said = ask("map", "--arch", "eyeriss", "--layer", "alexnet_conv3")["energy"]
    table = result.cost.breakdown
    assert list(table.columns) == ["place", "tensor", "cause", "energy_pJ"]
    assert table["energy_pJ"].sum() == pytest.approx(result.cost.energy_pJ, rel=1e-12)
    assert table["energy_pJ"].tolist() == [item["pJ"] for item in said["items"]]
    assert table["place"].tolist() == [item["place"] for item in said["items"]]
    assert table["cause"].tolist() == [item["cause"] for item in said["items"]]


def test_the_front_is_that_of_the_program(ask):
    result = tilewise.map("pointwise_72", "two_level", objective="pareto")
    said = ask("map", "--arch", "two_level", "--layer", "pointwise_72", "--objective", "pareto")
    assert [(cost.cycles, cost.energy_pJ) for _, cost in result.front] == [
        (point["latency_cycles"], point["energy_pJ"]) for point in said["front"]
    ]
    assert result.mapping in [mapping for mapping, _ in result.front]


def test_any_number_of_threads_finds_the_same():
    one, two = (tilewise.map("alexnet_conv3", "eyeriss", threads=n) for n in (1, 2))
    assert str(one.mapping) == str(two.mapping)
    assert one.cost.energy_pJ == two.cost.energy_pJ
    assert one.certificate == two.certificate


def test_a_budget_stops_the_search_with_a_gap():
    result = tilewise.map("alexnet_conv3", "eyeriss_free", budget_seconds=0.05, factors="divisors")
    assert not result.proven
    assert result.lower_bound < result.objective_value
    assert result.gap == result.objective_value / result.lower_bound - 1
    assert result.certificate["subtrees_open"] > 0


def test_a_mapping_is_evaluated_alike_as_object_text_file_and_by_the_program(ask, tmp_path):
    result = tilewise.map("pointwise_72", "two_level")
    path = tmp_path / "best.yaml"
    path.write_text(result.mapping.to_yaml())
    said = ask(
        "evaluate", "--arch", "two_level", "--layer", "pointwise_72", "--mapping", path
    )  # fmt: skip
    for mapping in (result.mapping, result.mapping.to_yaml(), path):
        cost = tilewise.evaluate("pointwise_72", "two_level", mapping)
        assert cost.energy_pJ == said["energy"]["total_pJ"] == result.cost.energy_pJ
        assert cost.cycles == said["latency"]["cycles"]


def test_tiles_by_tensor_cost_less_and_are_evaluated_alike(ask, tmp_path):
    even = tilewise.map("pointwise_72", "two_level", objective="energy")
    uneven = tilewise.map("pointwise_72", "two_level", objective="energy", tiles="by_tensor")
    assert (even.objective_value, uneven.objective_value) == (7008, 5796)
    assert uneven.proven
    names = [level["name"] for level in uneven.mapping.levels]
    assert len(names) > 2 and set(names) == {"DRAM", "Buffer"}
    file = tmp_path / "mapping.yaml"
    file.write_text(uneven.mapping.to_yaml(), encoding="utf-8")
    again = tilewise.evaluate("pointwise_72", "two_level", file)
    assert again.energy_pJ == uneven.cost.energy_pJ == 5796
    words = "--arch two_level --layer pointwise_72 --objective energy --tiles by_tensor"
    answer = ask("map", *words.split())
    assert answer["search"]["tiles"] == "by_tensor"
    assert answer["search"]["objective_value"] == 5796
    with pytest.raises(tilewise.InputError, match="by_tensor"):
        tilewise.map("pointwise_72", "zc706", tiles="by_tensor")
    with pytest.raises(tilewise.InputError, match="did you mean"):
        tilewise.map("pointwise_72", "two_level", tiles="by_tensors")


def test_row_stationary_parameters_are_a_mapping():
    layer = tilewise.Layer(
        op="convolution",
        batch=4,
        input={"channels": 256, "height": 13, "width": 13},
        output_channels=384,
        kernel=3,
        padding=1,
    )
    cost = tilewise.evaluate(layer, "eyeriss", "m=64,n=4,e=13,p=16,q=3,r=2,t=2")
    assert cost.macs == layer.macs


def test_a_device_with_fixed_control_has_a_cost_and_no_mapping(ask):
    result = tilewise.map("alexnet_conv3", "pixel_m32p32")
    said = ask("map", "--arch", "pixel_m32p32", "--layer", "alexnet_conv3")
    assert result.mapping is None
    assert result.proven
    assert result.cost.cycles == said["latency"]["cycles"]
    with pytest.raises(tilewise.InputError, match="fixed control"):
        tilewise.evaluate("alexnet_conv3", "pixel_m32p32", "m=1")


def test_a_board_is_the_engine_that_is_found_for_the_layers(ask):
    said = ask("map", "--arch", "board:ultra96", "--layer", "alexnet_conv3")
    assert tilewise.map("alexnet_conv3", "board:ultra96").cost.cycles == said["latency"]["cycles"]
    engine = tilewise.arch("board:ultra96", layers=["alexnet_conv3"])
    assert tilewise.map("alexnet_conv3", engine).cost.cycles == said["latency"]["cycles"]
    with pytest.raises(tilewise.InputError, match="depends on the layers"):
        tilewise.arch("board:ultra96")


def test_an_architecture_describes_itself_as_the_program_does():
    eyeriss = tilewise.arch("eyeriss")
    shown = f"{eyeriss.describe()}\n{eyeriss.evidence}\n"
    assert shown == run("arch", "show", "eyeriss").stdout
    assert eyeriss.name == "eyeriss"
    assert eyeriss.description
    assert len(eyeriss.fingerprint) == 16
    assert not eyeriss.has_fixed_control
    assert tilewise.arch("pixel_m32p32").has_fixed_control


@pytest.mark.parametrize(
    ("call", "command"),
    [
        (lambda: tilewise.arch("nothing"), ["arch", "show", "nothing"]),
        (
            lambda: tilewise.map("pointwise_72", "two_level", objective="speed"),
            ["map", "--arch", "two_level", "--layer", "pointwise_72", "--objective", "speed"],
        ),
        (
            lambda: tilewise.map("pointwise_72", "two_level", factors="some"),
            ["map", "--arch", "two_level", "--layer", "pointwise_72", "--factors", "some"],
        ),
        (
            lambda: tilewise.map("pointwise_72", "hwnasbench-zc706"),
            ["map", "--arch", "hwnasbench-zc706", "--layer", "pointwise_72"],
        ),
        (
            lambda: tilewise.evaluate("alexnet_conv3", "eyeriss", "m=0"),
            ["evaluate", "--arch", "eyeriss", "--layer", "alexnet_conv3", "--mapping", "m=0"],
        ),
    ],
)
def test_a_refusal_has_the_text_of_the_program(call, command, refusal):
    with pytest.raises(tilewise.InputError) as error:
        call()
    assert str(error.value) == refusal(*command)


def test_numbers_out_of_range_are_refused():
    with pytest.raises(tilewise.InputError, match="threads: -1"):
        tilewise.map("pointwise_72", "two_level", threads=-1)
    with pytest.raises(tilewise.InputError, match="budget_seconds"):
        tilewise.map("pointwise_72", "two_level", budget_seconds=-1)
    with pytest.raises(tilewise.InputError, match="gap"):
        tilewise.map("pointwise_72", "two_level", gap=float("nan"))


def test_a_network_costs_the_sum_of_its_layers():
    network = tilewise.Network.from_yaml("alexnet")
    table = tilewise.cost(network, "zc706", objective="latency")
    assert table["name"].tolist() == [layer.name for layer in network.layers]
    totals = table.attrs["totals"]
    assert totals["latency_ms"] == pytest.approx(table["latency_ms"].sum(), rel=1e-12)
    assert totals["energy_mJ"] == pytest.approx(table["energy_pJ"].sum() * 1e-9, rel=1e-12)
    assert totals["dram_bytes"] == pytest.approx(table["dram_bytes"].sum(), rel=1e-12)
    one = tilewise.map(network.layers[0], "zc706", objective="latency")
    assert table["cycles"][0] == one.cost.cycles
    assert table["mapping"][0] == str(one.mapping)
    again = tilewise.cost(network.layers, "zc706", objective="latency", threads=1)
    assert again.equals(table)
    with pytest.raises(tilewise.InputError, match="whole networks"):
        tilewise.cost(network, "hwnasbench-zc706")


def test_a_list_of_one_is_taken_and_of_more_says_who_takes_lists():
    one = tilewise.map(["pointwise_72"], ["two_level"])
    assert one.cost.energy_pJ == tilewise.map("pointwise_72", "two_level").cost.energy_pJ
    with pytest.raises(tilewise.InputError, match="^device: 2 were given.*tilewise.cost"):
        tilewise.map("pointwise_72", ["two_level", "eyeriss"])
    with pytest.raises(tilewise.InputError, match="^layer: 2 were given"):
        tilewise.map(["pointwise_72", "alexnet_conv3"], "two_level")
    with pytest.raises(tilewise.InputError, match="^device: expected a name or a file.*int"):
        tilewise.map("pointwise_72", 3)
