#!/usr/bin/env bash
# Builds ONNX from its source at PyPI and installs it below /usr/local, as root: for systems whose own is
# too old. Needs CMake, Ninja, a compiler, protoc and Protobuf's headers, and a Python with venv.
# Usage: scripts/install_onnx.sh [PYTHON]
set -euo pipefail

readonly version=1.14.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${1:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" download --no-deps --no-binary onnx --dest "$work" "onnx==$version"
tar -xzf "$work/onnx-$version.tar.gz" -C "$work"
cmake -S "$work/onnx-$version" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DONNX_ML=ON \
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON
cmake --build "$work/build" --target install
