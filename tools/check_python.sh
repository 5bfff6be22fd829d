#!/usr/bin/env bash
# Checks the Python package on the way that it takes to users: makes a source distribution, builds a
# wheel of that as `pip install` does, and tests the wheel in an environment with all that tests need
# and, in brief, in one with what the wheel asks for and no more.
# Exit code 77: pip cannot get what is needed.
# Usage: tools/check_python.sh [ARGUMENTS OF pytest]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
readonly environment=$root/build/python-venv
# shellcheck source=tools/python_environment.sh
source tools/python_environment.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$environment/bin/python" -m build --sdist --no-isolation --outdir "$work" . >"$work/sdist.log"
tar -xzf "$work"/tilewise-*.tar.gz -C "$work"
source_tree=$(echo "$work"/tilewise-*/)
# The files lie below this root as they do below ours: ccache has the objects of the release build.
CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) "${pip[@]}" wheel \
  --no-build-isolation --no-deps --wheel-dir "$work" \
  -C build-dir=build/python -C cmake.define.TILEWISE_WERROR=ON "$source_tree"
# Nothing of the package may need what it was built from.
rm -rf "$source_tree"

python3 -m venv --without-pip "$work/clean"
"${pip[@]}" --python "$work/clean/bin/python" install --no-compile "$work"/tilewise-*.whl
cd "$work"
"$work/clean/bin/python" -c '
import tilewise
best = tilewise.map("pointwise_72", "two_level")
assert best.proven
print("sdist, wheel and import:", best.mapping)'
"$work/clean/bin/tilewise" arch list >/dev/null

"${pip[@]}" install --no-deps --force-reinstall "$work"/tilewise-*.whl
# Not from the source folder: the installed package is what is tested.
cd "$root/build"
"$environment/bin/pytest" -c "$root/pyproject.toml" --rootdir "$root" -p no:cacheprovider \
  -q -rs --junit-xml "$root/build/test-python.xml" "$@" "$root/tests/python"
