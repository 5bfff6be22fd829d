#!/usr/bin/env bash
# Installs what is missing, builds and runs every test: release, and again with address and undefined
# behaviour sanitizers. The last line counts the cases; the exit code is 1 if any failed.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
mkdir -p build
results=(build/test-release.xml build/test-asan.xml)
rm -f "${results[@]}"

# suite PRESET TARGET...: builds the targets and runs what ctest knows. Leaves build/test-PRESET.xml; where
# a build fails there is none, which counts as a failure.
suite() {
  local preset=$1
  shift
  step "configuring $preset" "build/configure-$preset.log" cmake --preset "$preset" || return 0
  step "building $preset" "build/build-$preset.log" \
    cmake --build --preset "$preset" --target "$@" || return 0
  # The result file is cut to a kilobyte a test unless told otherwise.
  ctest --preset "$preset" --parallel "$(nproc)" --timeout 900 \
    --output-junit "$root/build/test-$preset.xml" --test-output-size-passed 10000000 \
    --test-output-size-failed 10000000 </dev/null || true
}

if ! scripts/install_dependencies.sh </dev/null; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
suite release all
suite asan tilewise tilewise_tests
exec tools/count_results.py "${results[@]}"
