#!/usr/bin/env bash
# Installs what wheels are built with into the image manylinux_2_34 (AlmaLinux 9), as root: packages of
# EPEL and CRB by their names in Fedora, and ONNX from its source at PyPI. cibuildwheel runs it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

dnf install -y epel-release dnf-plugins-core
dnf config-manager --set-enabled crb
# Compiler, CMake and Python are the image's own.
"$root/scripts/install_dependencies.sh" --list fedora-9 |
  grep -vxE 'gcc-c\+\+|cmake|onnx-devel|gnuplot-minimal|python3-devel' |
  xargs dnf install -y --setopt=install_weak_deps=False protobuf-compiler

"$root/scripts/install_onnx.sh" /opt/python/cp311-cp311/bin/python
