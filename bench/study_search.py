"""How much of a front a searched study finds: three grids run whole, then searched.

Each grid is explored whole, once; then each method proposes 5 % of it, for several seeds. Printed
is the hypervolume that the search's front dominates over that of the whole grid's, each objective
from its least to its most in the grid; least, mean and most over the seeds.

    python bench/study_search.py            # needs pymoo and Optuna
    python bench/study_search.py --seeds 10 --share 0.02
"""

import argparse
import pathlib
import tempfile

import numpy as np
import pandas as pd
import tilewise
from pymoo.indicators.hv import HV

METHODS = ("nsga2", "evolution", "tpe", "random")
GRIDS = {
    "eyeriss": """
architecture: eyeriss
parameters:
  parameters.pe_rows: [8, 12, 14, 16, 24]
  parameters.pe_columns: [7, 8, 12, 14, 16, 24, 28, 32]
  parameters.buffer: [16 KiB .. 256 KiB, x2]
  parameters.filter_spad_words: [64, 112, 160, 224, 448]
  parameters.input_spad_words: [8, 12, 24]
  parameters.psum_spad_words: [8, 16, 24, 32]
workloads: [{network: alexnet_conv3}]
objectives: [latency, energy, area]
""",
    "two_dataflows": """
architecture:
  eyeriss:
    parameters.buffer: [16 KiB .. 512 KiB, x2]
  weight_stationary:
    levels[GLB].capacity: [16 KiB .. 512 KiB, x2]
parameters:
  pe_array.X: [4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32]
  pe_array.Y: [4, 6, 8, 10, 12, 14, 16, 20, 24]
  precision: [4 bit, 8 bit, 12 bit, 16 bit]
workloads: [{network: alexnet_conv3}]
objectives: [energy, latency]
""",
    "zc706": """
architecture: zc706
parameters:
  parameters.Tm: [4, 8, 12, 16, 24, 32, 48, 64]
  parameters.Tn: [1, 2, 3, 4, 6, 8, 12, 16]
  parameters.input_buffer: [32 KiB .. 256 KiB, x2]
  parameters.weight_buffer: [16 KiB .. 128 KiB, x2]
  parameters.output_buffer: [32 KiB .. 256 KiB, x2]
workloads: [{network: alexnet_conv3}]
objectives: [latency, DSP, BRAM18]
""",
}


def points_of(folder, columns):
    """The objectives of what was costed, a configuration a row."""
    table = pd.read_csv(folder / "all.csv")
    return table.loc[table["outcome"] == "costed", columns].to_numpy(dtype=float)


def columns_of(folder):
    run = tilewise._core.Exploration(str(folder.with_suffix(".yaml")), str(folder))
    return run.objectives


def measure(name, text, methods, seeds, share, folder):
    """A line a method of the table."""
    whole = folder / name
    study = whole.with_suffix(".yaml")
    study.write_text(text)
    tilewise.explore(study, whole)
    columns = columns_of(whole)
    points = points_of(whole, columns)
    least, most = points.min(axis=0), points.max(axis=0)
    volume = HV(ref_point=np.ones(len(columns)))
    all_volume = volume((points - least) / (most - least))
    size = len(pd.read_csv(whole / "all.csv"))
    evaluations = round(share * size)
    for method in methods:
        shares = []
        for seed in range(seeds):
            searched = folder / f"{name}_{method}_{seed}"
            asked = searched.with_suffix(".yaml")
            search = f"search: {{method: {method}, evaluations: {evaluations}, seed: {seed}}}\n"
            asked.write_text(text + search)
            tilewise.explore(asked, searched, store=whole)
            found = points_of(searched, columns)
            shares.append(volume((found - least) / (most - least)) / all_volume)
        print(
            f"{name:14} {size:6} {len(points):6} {evaluations:5} {method:10} "
            f"{min(shares):.4f} {np.mean(shares):.4f} {max(shares):.4f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.05, help="of the grid; default: 0.05")
    parser.add_argument("--grids", default=",".join(GRIDS), help="by comma")
    parser.add_argument("--methods", default=",".join(METHODS), help="by comma")
    given = parser.parse_args()
    print("grid             size costed  runs method      least   mean   most")
    with tempfile.TemporaryDirectory() as folder:
        for name in given.grids.split(","):
            methods = given.methods.split(",")
            measure(name, GRIDS[name], methods, given.seeds, given.share, pathlib.Path(folder))


if __name__ == "__main__":
    main()
