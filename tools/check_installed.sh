#!/usr/bin/env bash
# Runs the first commands of README.md and docs/python.md with the `tilewise` and `python` of $PATH.
set -euo pipefail

cd "$(mktemp -d)"
tilewise --version
tilewise map --device eyeriss --layer alexnet_conv3 --objective edp
tilewise cost --network resnet18 --device eyeriss,zc706
python -c '
import tilewise
best = tilewise.map("pointwise_72", "two_level", objective="edp")
assert (best.cost.cycles, best.cost.energy_pJ, best.proven) == (138, 7008, True), best
print(tilewise.cost("resnet18", "zc706").attrs["totals"])'
