#!/usr/bin/env bash
# What must be true before a commit. Usage: tools/check.sh [format|layers|build|test|tidy|asan]...
# Without arguments: all but tidy, which takes minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

check_format() { tools/check_format.sh; }
check_layers() { tools/check_layers.py; }
check_build() {
  cmake --preset dev
  cmake --build --preset dev
}
check_test() { ctest --preset dev -j "$(nproc)"; }
check_asan() {
  cmake --preset asan
  cmake --build --preset asan
  ctest --preset asan -j "$(nproc)"
}
check_tidy() {
  command -v clang-tidy-14 >/dev/null || { echo "clang-tidy-14 not found: install it" >&2; return 1; }
  cmake --preset dev
  # clang does not look into GCC's own folder, where Debian has omp.h, and knows no __malloc__(f).
  local omp_folder
  omp_folder=$(dirname "$(g++ -print-file-name=include/omp.h)")
  find base workload arch sim mapper space report app -name '*.cpp' -print0 |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 -p build/dev --quiet \
      --extra-arg=-idirafter"$omp_folder" --extra-arg='-D__malloc__(...)='
}

steps=("$@")
[[ $# -gt 0 ]] || steps=(format layers build test asan)
for step in "${steps[@]}"; do
  if ! declare -F "check_$step" >/dev/null; then
    echo "unknown step: $step; known: format layers build test tidy asan" >&2
    exit 2
  fi
done
for step in "${steps[@]}"; do
  echo "== $step"
  "check_$step"
done
echo "all checks passed: ${steps[*]}"
