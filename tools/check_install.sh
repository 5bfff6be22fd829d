#!/usr/bin/env bash
# Installs a finished build into a temporary prefix and builds tests/external against it.
# Usage: tools/check_install.sh BUILD_DIRECTORY
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "${1:?usage: tools/check_install.sh BUILD_DIRECTORY}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
for path in bin/tilewise include/tilewise/base/units.hpp share/tilewise/{configs,validation}; do
  [[ -e $work/prefix/$path ]] || { echo "not installed: $path"; exit 1; }
done
"$work/prefix/bin/tilewise" --help >"$work/help.log"

# The package must not lead back to where it was built.
if grep -rnF "$root" "$work/prefix" --include='*.cmake'; then
  echo "the installed package names the source folder"
  exit 1
fi

cmake -S "$root/tests/external" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
  >"$work/configure.log"
cmake --build "$work/build" >"$work/build.log" || { cat "$work/build.log"; exit 1; }
"$work/build/external_base" >/dev/null
"$work/build/external" | diff "$root/tests/external/expected.txt" -
echo "installed, found and linked"
