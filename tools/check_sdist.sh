#!/usr/bin/env bash
# Makes a source distribution, builds a wheel of it and imports that in a clean virtual environment.
# Exit code 77: pip cannot get what is needed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
readonly environment=$root/build/python-venv
source tools/python_environment.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$environment/bin/python" -m build --sdist --no-isolation --outdir "$work" . >"$work/sdist.log"
tar -xzf "$work"/tilewise-*.tar.gz -C "$work"
source_tree=$(echo "$work"/tilewise-*/)
CCACHE_BASEDIR=${source_tree%/} CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) "$environment/bin/pip" wheel \
  --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir "$work" \
  -C build-dir=build/python -C cmake.define.TILEWISE_WERROR=ON "$source_tree"
rm -rf "$source_tree"

python3 -m venv "$work/clean"
"$work/clean/bin/pip" install --quiet --disable-pip-version-check "$work"/tilewise-*.whl
cd "$work"
"$work/clean/bin/python" -c '
import tilewise
best = tilewise.map("pointwise_72", "two_level")
assert best.proven
print("sdist, wheel and import:", best.mapping)'
"$work/clean/bin/tilewise" arch list >/dev/null
