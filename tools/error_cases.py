"""Bad input of many kinds for tools/check_errors.py, and the words that each error must have."""

LAYER = "{name: l, op: convolution, dims: {M: 4, C: 3, P: 2, Q: 3}}\n"
MAPPING = "levels:\n  - {name: DRAM, temporal: [%s]}\n  - {name: Buffer}\n"
COSTS = (
    "index,arch_str,dataset,macs,params,dev_latency_ms,dev_energy_mJ\n"
    "0,a,set,10,5,1,2\n1,b,set,20,6,2,1\n"
)

# (what is wrong, files, arguments, words that the error must have)
CASES = [
    (
        "missing file",
        {},
        "map --arch two_level --layer nowhere.yaml",
        ["nowhere.yaml", "no such file"],
    ),
    (
        # Of the Python package; without it the program says how to get it.
        "no data set there",
        {},
        "dataset check nowhere",
        ["dataset"],
    ),
    (
        "search of no evaluations, also of the Python package",
        {},
        "search nasbench201 --device zc706 --evaluations 0",
        ["error: "],
    ),
    (
        "unknown key",
        {"l.yaml": "{op: convolution, dims: {M: 4}, strid: 2}\n"},
        "map --arch two_level --layer l.yaml",
        ["l.yaml:1", "strid", "unknown key"],
    ),
    (
        "value without unit",
        {"a.yaml": "name: a\nclock: 200\nlevels: []\n"},
        "arch show a.yaml",
        ["a.yaml:2", "clock", "MHz"],
    ),
    (
        "mapping for fixed control",
        {},
        "evaluate --arch pixel_m32p32 --layer alexnet_conv3 --mapping m=1",
        ["pixel_m32p32.yaml", "family", "fixed control", "tilewise map"],
    ),
    (
        "mapping of fixed control",
        {},
        "map --arch qiu_zc706 --layer alexnet_conv3 --output-mapping best.yaml",
        ["--output-mapping", "qiu_zc706", "fixed control", "leave it out"],
    ),
    (
        "engine without its clock",
        {"e.yaml": "family: fpga_pixel_engine\nname: e\nparameters: {M: 8, P: 8}\n"},
        "map --arch e.yaml --layer alexnet_conv3",
        ["e.yaml:3", "clock", "missing"],
    ),
    (
        "input ring below a burst",
        {
            "e.yaml": "family: fpga_pixel_engine\nname: e\nparameters:\n"
            "  {M: 8, P: 8, clock: 100 MHz, bandwidth: 1 GB/s, input_ring: 1, dram: ddr4,\n"
            "   technology: {node: 16 nm}}\n"
        },
        "map --arch e.yaml --layer alexnet_conv3",
        ["input_ring", "burst", "larger"],
    ),
    (
        "broken YAML",
        {"l.yaml": "op: convolution\n\tdims: 3\n"},
        "map --arch two_level --layer l.yaml",
        ["l.yaml", "not valid YAML"],
    ),
    (
        "key twice",
        {"l.yaml": "op: convolution\nop: add\n"},
        "map --arch two_level --layer l.yaml",
        ["l.yaml:2", "twice"],
    ),
    (
        "overflow",
        {"l.yaml": "{op: convolution, dims: {M: 2147483648, C: 2147483648, N: 2147483648}}\n"},
        "map --arch two_level --layer l.yaml",
        ["l.yaml", "2^63"],
    ),
    (
        "negative bound",
        {"l.yaml": "{op: convolution, dims: {M: -4}}\n"},
        "map --arch two_level --layer l.yaml",
        ["l.yaml:1", "whole number"],
    ),
    ("unknown architecture", {}, "arch show eyeris", ["eyeris", "eyeriss"]),
    (
        "unknown objective",
        {"l.yaml": LAYER},
        "map --arch two_level --layer l.yaml --objective speed",
        ["speed", "edp"],
    ),
    (
        "budget without unit",
        {"l.yaml": LAYER},
        "map --arch two_level --layer l.yaml --budget 2",
        ["--budget", "2s"],
    ),
    (
        "negative gap",
        {"l.yaml": LAYER},
        "map --arch two_level --layer l.yaml --gap=-1%",
        ["--gap", "1%"],
    ),
    (
        "unknown bounds",
        {"l.yaml": LAYER},
        "map --arch two_level --layer l.yaml --factors some",
        ["some", "auto", "divisors", "all"],
    ),
    ("index out of range", {}, "space nasbench201 --index 15625", ["15625"]),
    (
        "mapping that does not cover",
        {"l.yaml": LAYER, "m.yaml": MAPPING % "M 2"},
        "evaluate --arch two_level --layer l.yaml --mapping m.yaml",
        ["M", "2 of 4"],
    ),
    (
        "mapping that does not fit",
        {
            "l.yaml": LAYER.replace("M: 4", "M: 400"),
            "m.yaml": "levels:\n  - {name: DRAM}\n"
            "  - {name: Buffer, temporal: [M 400, C 3, P 2, Q 3]}\n",
        },
        "evaluate --arch two_level --layer l.yaml --mapping m.yaml",
        ["Buffer", "too many"],
    ),
    (
        "layer that no mapping fits",
        {"l.yaml": LAYER.replace("}}", "}, bits: 64 bit}")},
        "map --arch output_stationary --layer l.yaml",
        ["no mapping of l fits output_stationary; for example PE.partial_sum"],
    ),
    (
        "word with a typo",
        {},
        "map --arch two_level --layer alexnet_conv3 --objective enrgy",
        ["enrgy", "expected one of latency, energy", 'did you mean "energy"?'],
    ),
    (
        "budget in a unit of no time",
        {},
        "map --arch two_level --layer alexnet_conv3 --budget 2kB",
        ["--budget", "2kB", "ns, us, ms, s, min"],
    ),
    ("nest that is no nest", {"n.yaml": "[1, 2]\n"}, "count n.yaml", ["n.yaml", "map"]),
    ("unknown validation case", {}, "validate nowhere", ["nowhere", "case.yaml"]),
    (
        "validation case of an unknown kind",
        {"case.yaml": "title: t\nsource: s\nkind: chips\n", "published.csv": "layer,x\n"},
        "validate .",
        ["case.yaml:3", "kind", "layers"],
    ),
    (
        "published number that is none",
        {
            "case.yaml": "title: t\nsource: s\nkind: layers\narchitecture: two_level\n"
            "layers: [{name: l, layer: pointwise_72, mapping: free, objective: edp}]\n"
            "quantities: [{name: x, measure: macs}]\n",
            "published.csv": "layer,x\nl,many\n",
        },
        "validate .",
        ["published.csv:2", "many", "number"],
    ),
    (
        "unknown pragma",
        {"l.yaml": LAYER},
        "fpga what-if --arch zc706 --layer l.yaml --change speed=2",
        ["speed=2", "pipeline"],
    ),
    (
        "what-if of no engine",
        {"l.yaml": LAYER},
        "fpga what-if --arch eyeriss --layer l.yaml",
        ["eyeriss.yaml", "fpga_tiled_engine"],
    ),
    (
        "board with an impossible share",
        {
            "b.yaml": "{name: b, part: p, LUT: 9, FF: 9, DSP: 9, BRAM18: 9, dram: ddr3, "
            "off_chip_bandwidth: 1 GB/s, node: 28 nm, voltage: 1 V, board_power: 1 W, "
            "board_power_source: s, usable: {DSP: 2}}\n",
            "a.yaml": "family: fpga_tiled_engine\nname: a\nparameters: {board: ./b.yaml}\n",
        },
        "arch show a.yaml",
        ["b.yaml:1", "usable.DSP", "share"],
    ),
    (
        "accuracy that is no number",
        {"costs.csv": COSTS, "a.csv": "index,accuracy\n0,91\n1,high\n"},
        "analyze . --accuracy a.csv",
        ["a.csv:3", "high"],
    ),
    (
        "accuracy of an unknown architecture",
        {"costs.csv": COSTS, "a.csv": "index,accuracy\n7,91\n"},
        "analyze . --accuracy a.csv",
        ["a.csv:2", "7"],
    ),
    (
        "measurement that is no number",
        {"costs.csv": COSTS, "m.csv": "index,board_ms\n0,91\n1,nan\n"},
        "analyze . --measured m.csv",
        ["m.csv:3", "board_ms", "number above 0", "nan", "leave the cell empty"],
    ),
    (
        "measurement of nothing",
        {"costs.csv": COSTS, "m.csv": "index,board\n1,0\n"},
        "analyze . --measured m.csv",
        ["m.csv:2", "number above 0", '"0"'],
    ),
    (
        "measurement of an unknown architecture",
        {"costs.csv": COSTS, "m.csv": "index,board\n7,91\n"},
        "analyze . --measured m.csv",
        ["m.csv:2", "7", "leave the line out"],
    ),
    (
        "measurement that is there twice",
        {"costs.csv": COSTS, "m.csv": "index,board\n0,91\n0,92\n"},
        "analyze . --measured m.csv",
        ["m.csv:3", "0", "twice"],
    ),
    (
        "measurement on an unknown data set",
        {"costs.csv": COSTS, "m.csv": "dataset,index,board\nmnist,0,91\n"},
        "analyze . --measured m.csv",
        ["m.csv:2", "mnist", "there are: set"],
    ),
    (
        "measurements without an index",
        {"costs.csv": COSTS, "m.csv": "board\n91\n"},
        "analyze . --measured m.csv",
        ["m.csv:1", "no column index", "index,COLUMN"],
    ),
    (
        "empty file of measurements",
        {"costs.csv": COSTS, "m.csv": ""},
        "analyze . --measured m.csv",
        ["m.csv:1", "empty file", "index,COLUMN"],
    ),
    (
        "measurements with a header only",
        {"costs.csv": COSTS, "m.csv": "index,board\n"},
        "analyze . --measured m.csv",
        ["m.csv:1", "no candidate", "board"],
    ),
    (
        "measured throughput",
        {"costs.csv": COSTS, "m.csv": "index,board_fps\n0,91\n"},
        "analyze . --measured m.csv",
        ["m.csv:1", "board_fps", "no latency and no energy"],
    ),
    (
        "measured time as energy",
        {"costs.csv": COSTS, "m.csv": "index,board_ms\n0,91\n"},
        "analyze . --measured m.csv --measured-metric energy",
        ["m.csv:1", "board_ms", "latency", "--measured-metric"],
    ),
    (
        "unknown metric of measurements",
        {"costs.csv": COSTS, "m.csv": "index,board\n0,91\n"},
        "analyze . --measured m.csv --measured-metric power",
        ["--measured-metric", "power", "latency, energy"],
    ),
    (
        "measurement in an open quote",
        {"costs.csv": COSTS, "m.csv": 'index,board\n0,"91\n1,92\n'},
        "analyze . --measured m.csv",
        ["m.csv:2", "quote"],
    ),
    (
        "costs with a cell too few",
        {"costs.csv": COSTS + "2,a,set,1,1\n"},
        "analyze .",
        ["costs.csv:4", "7 cells"],
    ),
    (
        "analysis into the sweep",
        {"costs.csv": COSTS},
        "analyze . --out .",
        ["costs.csv", "another"],
    ),
    (
        "misspelt space of a design",
        {},
        "fpga design --board zc706 --space nasbench20",
        ["nasbench20: no such search space", 'did you mean "nasbench201"'],
    ),
    (
        "ONNX model that is none",
        {"m.onnx": "name: net\n"},
        "network show m.onnx",
        ["m.onnx", "not an ONNX model", "export"],
    ),
    (
        "ONNX model that is not there",
        {},
        "import onnx nowhere.onnx",
        ["nowhere.onnx", "no such file"],
    ),
    (
        "size of a dimension that is none",
        {"m.onnx": ""},
        "import onnx m.onnx --dim rows=many",
        ["--dim rows=many", "sequence=128"],
    ),
    (
        "layer of a network without an input",
        {"n.yaml": "layers:\n- {name: a, op: convolution, output_channels: 1, kernel: 1}\n"},
        "network show n.yaml",
        ["n.yaml:2", "input"],
    ),
    (
        "unknown format",
        {},
        "network show alexnet --format xml",
        ["format", "xml", "table, json, csv"],
    ),
    (
        "two formats",
        {},
        "network show alexnet --format csv --json",
        ["--json", "--format", "csv", "leave one"],
    ),
    ("no such command", {}, "fly", ["unknown command fly", "there are: arch"]),
]
