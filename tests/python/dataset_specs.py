"""The data sets that several tests look at."""

DEVICES = ["zc706", "pixel_m32p32", "hwnasbench-zc706"]
SPEC = {
    "name": "small",
    "description": "three kinds of devices",
    "space": "nasbench201",
    "datasets": ["cifar10", "ImageNet16-120"],
    "devices": DEVICES,
    "objective": "latency",
    "splits": {"train": 0.8, "val": 0.1, "test": 0.1, "seed": 7},
}
FBNET = {
    "space": "fbnet",
    "devices": ["pixel_m32p32", "hwnasbench-zc706", "hwnasbench-eyeriss"],
    "sample": {"count": 300, "seed": 3},
    "splits": {"train": 0.5, "test": 0.5},
}


def contents(folder):
    """The bytes of each file."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


# What other projects read, of devices that need no search.
PLAIN_DEVICES = ["pixel_m32p32", "hwnasbench-zc706"]
READERS = {
    "name": "small",
    "space": "nasbench201",
    "datasets": ["cifar10"],
    "devices": PLAIN_DEVICES,
    "formats": ["csv", "latbench", "help"],
}
# One device has a name that neither SQL nor every file system takes.
SAMPLE_READERS = READERS | {
    "datasets": ["cifar10", "ImageNet16-120"],
    "devices": [*PLAIN_DEVICES, "hwnasbench-zc706:no_ceilings=off"],
    "sample": {"count": 40, "seed": 3},
    "formats": ["parquet", "csv", "sqlite", "latbench", "evoxbench", "nn-meter"],
}
BLOCK_READERS = {
    "name": "blocks",
    "space": "fbnet",
    "devices": PLAIN_DEVICES,
    "sample": {"count": 40, "seed": 3},
    "formats": ["parquet", "sqlite", "proxylessnas", "ofa", "help", "nn-meter"],
}
