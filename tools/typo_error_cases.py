"""Typos for tools/check_errors.py: each is named where it stands, with what was meant."""

LAYER = "name: l\nop: convolution\ninput: {channels: 4, height: 8, width: 8}\n"
ARCHITECTURE = """\
name: a
clock: 1 GHz
technology: {node: 45 nm, voltage: 1 V, devices: hp}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 64 bit
        energy: {dram: lpddr4}
compute: {operand_width: 16 bit, energy: 1 pJ}
"""
STUDY = "architecture: eyeriss\nparameters: {parameters.buffer: 64 KiB}\nworkloads:\n"
ON = "--device two_level --layer pointwise_72"

# (what is wrong, files, arguments, words that the error must have)
TYPO_CASES = [
    (
        "command",
        {},
        "mapp --device eyeriss",
        ["tilewise: unknown command mapp", "there are: arch,", "did you mean map?"],
    ),
    (
        "command below a command",
        {},
        "fpga desing --board zc706",
        ["tilewise fpga: unknown command desing", "did you mean design?"],
    ),
    ("no command below a command", {}, "arch", ["tilewise arch: expected one of", "show, list"]),
    (
        "option",
        {},
        "map --arc eyeriss --layer alexnet_conv3",
        ["tilewise map: unknown option --arc;", "did you mean --arch?", "tilewise map --help"],
    ),
    (
        "option with its value",
        {},
        "map --device eyeriss --layer alexnet_conv3 --objektive=edp",
        ["unknown option --objektive;", "did you mean --objective?"],
    ),
    (
        "option with one dash",
        {},
        "map -device eyeriss --layer alexnet_conv3",
        ["unknown option -device;", "did you mean --device?"],
    ),
    (
        "option of a space",
        {},
        "sweep nasbench201 --datset cifar10 --device eyeriss --out o",
        ["tilewise sweep nasbench201: unknown option --datset", "did you mean --dataset?"],
    ),
    (
        "word that no option takes",
        {},
        "map eyeriss --layer alexnet_conv3",
        ['tilewise map: "eyeriss" is not expected'],
    ),
    ("option that is missing", {}, "map --layer pointwise_72", ["tilewise map: --device"]),
    (
        "layer of a network",
        {},
        "map --device eyeriss --network alexnet --layer conv11",
        ["no layer named conv11", 'did you mean "conv1"?'],
    ),
    (
        "device",
        {},
        "map --device eyerizz --layer alexnet_conv3",
        ["eyerizz", 'did you mean "eyeriss"?'],
    ),
    (
        "board where a device is meant",
        {},
        "map --device zcu102 --layer alexnet_conv3",
        ["zcu102: no device, but a board", '"board:zcu102" is the engine'],
    ),
    (
        "board, mistyped, where a device is meant",
        {},
        "map --device ultra69 --layer alexnet_conv3",
        ["ultra69: no device", '"board:ultra96" is the engine'],
    ),
    (
        "device where a board is meant",
        {},
        "fpga design --board eyeriss --network alexnet_conv3",
        ["eyeriss: no board, but a device", "the boards are: alveo_u250"],
    ),
    (
        "key that must be there, of a layer",
        {"l.yaml": LAYER + "output_channels: 2\nkernal: 1\n"},
        "map --device two_level --layer l.yaml",
        ["l.yaml:5: kernel: missing", 'did you mean it by "kernal"?'],
    ),
    (
        "key that must be there, of an architecture",
        {"a.yaml": ARCHITECTURE.replace("word_width", "word_widht")},
        "arch show a.yaml",
        ["a.yaml:9: levels[0].memories[0]: word_width", 'by "word_widht"?'],
    ),
    (
        "key that decides what else must be there",
        {"a.yaml": "famiyl: eyeriss\nname: a\nparameters: {}\n"},
        "arch show a.yaml",
        ["a.yaml:1: clock: missing", 'did you mean "family" by "famiyl"?'],
    ),
    (
        "key that may be left out, at its own line",
        {"a.yaml": ARCHITECTURE + "merges_:\n  - add\n"},
        "arch show a.yaml",
        ["a.yaml:12: merges_: unknown key", 'did you mean "merges"?'],
    ),
    (
        "key of a study",
        {"s.yaml": STUDY.replace("workloads", "workloasd") + "  - {network: alexnet}\n"},
        "explore s.yaml --out o",
        ["s.yaml:3: workloads: missing", 'by "workloasd"?'],
    ),
    (
        "one of several keys",
        {"s.yaml": STUDY + "  - {netwokr: alexnet}\nobjectives: [latency]\n"},
        "explore s.yaml --out o",
        ["s.yaml:4: workloads[0]: network: missing", 'by "netwokr"?'],
    ),
    (
        "name where a map is meant",
        {"s.yaml": STUDY + "  - alexnet\nobjectives: [latency]\n"},
        "explore s.yaml --out o",
        ['s.yaml:4: workloads[0]: expected a map, found "alexnet"', "write {network: alexnet}"],
    ),
    (
        "word where a list is meant",
        {"s.yaml": STUDY + "  - {network: alexnet}\nobjectives: latency\n"},
        "explore s.yaml --out o",
        ['s.yaml:5: objectives: expected a list, found "latency"; write [latency]'],
    ),
    (
        "key of a space",
        {"s.yaml": "datasets:\n  d: {height: 8, width: 8}\nblocsk:\n  a: []\nnetwork: []\n"},
        "space s.yaml",
        ["s.yaml:3: blocsk: unknown key", 'did you mean "blocks"?'],
    ),
    (
        "mapping of another device",
        {},
        f"evaluate {ON} --mapping 'DRAM: P2 | GLB: M3'",
        ["no mapping of two_level", "DRAM: ... | Buffer: ...", "layers.csv"],
    ),
    (
        "no mapping at all",
        {},
        f"evaluate {ON} --mapping best",
        ["--mapping best: no such file", "--output-mapping", "m=64,n=4"],
    ),
]
