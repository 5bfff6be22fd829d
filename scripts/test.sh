#!/usr/bin/env bash
# The one entrance to all checks. Usage: scripts/test.sh [STEP]...
# Without a step: installs what is missing, builds and runs every test once. The program and the tests
# that compute for long (search, schedules, counts, whole spaces) are built for speed, all other tests of
# C++ with address and undefined behaviour sanitizers. The last line counts the cases; the exit code is 1
# if any failed.
# Steps, in the order given, the first that fails ends the run:
#   format  clang-format and ruff          build   the dev preset
#   layers  no include goes upward         unit    its tests of C++; test: all that ctest knows of it
#   python  the package and its tests      asan    the tests of C++ with sanitizers
#   fuzz    the corpora and 20 s of new inputs, with sanitizers
#   tidy    clang-tidy on every source file (minutes)
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
mkdir -p build

step_format() { tools/check_format.sh; }
step_layers() { tools/check_layers.py; }
step_build() { cmake --preset dev && cmake --build --preset dev; }
step_unit() { ctest --preset dev -L unit -j "$(nproc)"; }
step_test() { ctest --preset dev -j "$(nproc)"; }
step_python() { tools/check_python.sh; }
step_asan() {
  cmake --preset asan
  cmake --build --preset asan --target tilewise_tests tilewise_search_tests tilewise_fuzz
  ctest --preset asan -j "$(nproc)"
}
step_fuzz() {
  cmake --preset asan
  cmake --build --preset asan --target tilewise_fuzz
  build/asan/fuzz/tilewise_fuzz --seconds 20 fuzz/corpus
}
step_tidy() { tidy_all; }

# tidy FILE...: clang-tidy on these source files; warnings are errors.
tidy() {
  command -v clang-tidy-14 >/dev/null || { echo "clang-tidy-14 not found: install it" >&2; return 1; }
  cmake --preset dev
  # clang 14 knows no __malloc__(f).
  printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 -p build/dev --quiet \
    --extra-arg='-D__malloc__(...)='
}
# Every source file but those of tests, benchmarks, fuzz targets, bindings and examples.
tidy_all() {
  local files
  mapfile -t files < <(find . -name '*.cpp' -not -path './build/*' -not -path './tests/*' \
    -not -path './bench/*' -not -path './fuzz/*' -not -path './python/*' -not -path './examples/*' | sort)
  tidy "${files[@]}"
}

for name in "$@"; do
  declare -F "step_$name" >/dev/null && continue
  echo "unknown step: $name; known: $(declare -F | sed -n 's/^declare -f step_//p' | tr '\n' ' ')" >&2
  exit 2
done
for name in "$@"; do
  echo "== $name"
  "step_$name"
done
if [[ $# -gt 0 ]]; then
  echo "all checks passed: $*"
  exit 0
fi

results=(build/test-release.xml build/test-asan.xml)
rm -f "${results[@]}"

# suite PRESET LABELS TARGET...: builds the targets and runs what ctest knows, less the tests that have one
# of these labels. Leaves build/test-PRESET.xml; where a build fails there is none, which counts as a
# failure.
suite() {
  local preset=$1 without=$2
  shift 2
  step "configuring $preset" "build/configure-$preset.log" cmake --preset "$preset" || return 0
  step "building $preset" "build/build-$preset.log" \
    cmake --build --preset "$preset" --target "$@" || return 0
  # The result file is cut to a kilobyte a test unless told otherwise.
  ctest --preset "$preset" --label-exclude "$without" --parallel "$(nproc)" --timeout 900 \
    --output-junit "$root/build/test-$preset.xml" --test-output-size-passed 10000000 \
    --test-output-size-failed 10000000 </dev/null || true
}

if ! scripts/install_dependencies.sh develop </dev/null; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
suite release '^sanitized$' tilewise tilewise_search_tests benchmarks
suite asan '^search$' tilewise_tests tilewise_fuzz
exec tools/count_results.py "${results[@]}"
