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
