#!/usr/bin/env bash
# Installs what is missing, builds Tilewise and costs all of NAS-Bench-201 on the two reference devices.
# Usage: scripts/run.sh [ARGUMENTS OF tilewise]: arguments replace the default job.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
build=$root/build/user
tilewise=$build/tilewise
results=$root/out/nasbench201

configure() { cd "$root" && cmake --preset user; }
# To the error stream: the output of tilewise may be for another program.
{
  if [[ ! -f $build/build.ninja ]]; then
    "$root/scripts/install_dependencies.sh"
    step "configuring" "$root/build/configure.log" configure
  fi
  step "building" "$root/build/build.log" cmake --build "$build" --target tilewise
} >&2

if [[ $# -gt 0 ]]; then exec "$tilewise" "$@"; fi

cd "$root"
if [[ -f $results/run.yaml && $results/run.yaml -nt $tilewise &&
  -z $(find configs -newer "$results/run.yaml" -print -quit) ]]; then
  "$tilewise" report out/nasbench201
else
  "$tilewise" sweep nasbench201 --dataset cifar10,cifar100,ImageNet16-120 \
    --device eyeriss,zc706 --objective edp --out out/nasbench201
fi
echo "results: $results"
if [[ $(command -v tilewise) -ef $tilewise ]]; then
  echo "next: tilewise --help"
else
  echo "next: $tilewise --help; by its name: mkdir -p ~/.local/bin && ln -s $tilewise ~/.local/bin/"
fi
