#!/usr/bin/env bash
# Installs the Python package into a virtual environment of its own under build/ and runs its tests.
# The build is kept and reused. Exit code 77: pip cannot get what is needed.
# Usage: tools/check_python.sh [ARGUMENTS OF pytest]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
readonly environment=$root/build/python-venv
# shellcheck source=tools/python_environment.sh
source tools/python_environment.sh

CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) "$environment/bin/pip" install --quiet \
  --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall \
  -C build-dir=build/python -C cmake.define.TILEWISE_WERROR=ON .

# Not from the source folder: the installed package is what is tested.
cd build
"$environment/bin/pytest" -c "$root/pyproject.toml" --rootdir "$root" -p no:cacheprovider \
  -q -rs --junit-xml "$root/build/test-python.xml" "$@" "$root/tests/python"
