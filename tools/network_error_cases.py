"""Bad input of commands on whole networks and spaces, as tools/error_cases.py has it."""

# (what is wrong, files, arguments, words that the error must have)
NETWORK_CASES = [
    (
        "front of a sweep",
        {},
        "sweep nasbench201 --dataset cifar10 --device zc706 --objective pareto --out x",
        ["pareto", "edp"],
    ),
    (
        "unknown operation in a cell",
        {},
        "space nasbench201 --arch-string '|conv9x9~0|+|none~0|none~1|+|none~0|none~1|none~2|'",
        ["conv9x9"],
    ),
    (
        "unknown data set",
        {},
        "sweep nasbench201 --dataset mnist --device zc706 --out out",
        ["mnist", "cifar10"],
    ),
    (
        "images that are no number",
        {},
        "cost --network alexnet_conv3 --device two_level --images streem",
        ["--images", "streem", "from 1 to", "or stream"],
    ),
    (
        "no image",
        {},
        "cost --network alexnet_conv3 --device two_level --images 0",
        ["--images", '"0"', "from 1 to"],
    ),
    (
        "too many threads",
        {},
        "explore nowhere.yaml --out out --threads 4097",
        ["--threads", "4097", "4096"],
    ),
    (
        "architecture of FBNet too short",
        {},
        "space fbnet --arch 0,1,2",
        ["3 operations", "22"],
    ),
    (
        "pruned networks beside published costs",
        {},
        "sweep nasbench201 --dataset cifar10 --device zc706,hwnasbench-zc706 --prune-dead --out x",
        ["hwnasbench-zc706", "published with all edges", "leave --prune-dead out"],
    ),
    (
        "pruned network beside its published cost",
        {},
        "space nasbench201 --index 0 --device hwnasbench-eyeriss --prune-dead",
        ["hwnasbench-eyeriss", "leave --prune-dead out"],
    ),
    (
        "data set that FBNet does not have",
        {},
        "sweep fbnet --dataset cifar10 --device zc706 --out x",
        ["cifar10", "ImageNet"],
    ),
    (
        "study that is not there",
        {},
        "explore nowhere --out out",
        ["nowhere", "eyeriss_buffers"],
    ),
    (
        "parameter that the architecture does not have",
        {
            "s.yaml": "architecture: eyeriss\nparameters:\n  parameters.bufer: [32 KiB, 64 KiB]\n"
            "workloads: [{network: alexnet}]\nobjectives: [latency, energy]\n"
        },
        "explore s.yaml --out out",
        ["s.yaml:3", "bufer", "unknown key"],
    ),
    (
        "objective that the architecture does not have",
        {
            "s.yaml": "architecture: eyeriss\nworkloads: [{network: alexnet}]\n"
            "objectives: [latency, DSP]\n"
        },
        "explore s.yaml --out out",
        ["s.yaml", "DSP"],
    ),
    (
        "folder of something else for an exploration",
        {"thesis.txt": ""},
        "explore eyeriss_buffers --out .",
        ["thesis.txt", "name another"],
    ),
    (
        "store that is none",
        {"results.sqlite": "Dear diary, " * 1000},
        "explore eyeriss_buffers --out .",
        ["results.sqlite"],
    ),
    (
        "negative threads of an exploration",
        {},
        "explore eyeriss_buffers --threads -1 --out out",
        ["--threads", "-1"],
    ),
    (
        "channels that are no multiple of 8",
        {},
        "space natsbench_size --arch 8:12:8:8:8",
        ["12", "8:64:32:16:8"],
    ),
    (
        "sample of a space as JSON",
        {},
        "space fbnet --sample 2 --json",
        ["--format json", "costs.csv", "leave"],
    ),
    (
        "network that is mistyped",
        {},
        "cost --network resnet81 --device eyeriss",
        ["resnet81", "there are", 'did you mean "resnet18"?'],
    ),
    (
        "pattern that no file matches",
        {},
        "cost --network 'models/*.onnx' --device eyeriss",
        ["models/*.onnx", "no file is called so", "in quotes"],
    ),
    (
        "model of whole networks for the cost of one",
        {},
        "cost --network alexnet --device hwnasbench-zc706",
        ["hwnasbench-zc706", "whole networks", "tilewise sweep"],
    ),
    (
        "rows that are none",
        {},
        "cost --network alexnet --device eyeriss --by levels",
        ["--by", "levels", 'did you mean "level"?'],
    ),
    (
        "batch of a network that does not tell its own",
        {
            "n.yaml": "name: rows\nlayers:\n"
            "- {name: a, op: fully_connected, dims: {N: 197, M: 8, C: 8}}\n"
            "- {name: b, op: fully_connected, dims: {N: 197, M: 8, C: 8}}\n"
        },
        "cost --network n.yaml --device two_level --batch 4",
        ["--batch", "rows", "input"],
    ),
    (
        "results in a folder of other files",
        {"thesis.tex": "x"},
        "cost --network alexnet --device eyeriss --out .",
        ["thesis.tex", "name another folder"],
    ),
]
