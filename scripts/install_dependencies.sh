#!/usr/bin/env bash
# Installs what Tilewise needs and this system lacks. Debian 12 and Ubuntu 24.04; does nothing, and
# fast, where nothing is missing.
set -euo pipefail

required=(g++ cmake ninja-build libyaml-cpp-dev libboost-graph-dev doctest-dev
  libbenchmark-dev libcli11-dev nlohmann-json3-dev libfmt-dev libsqlite3-dev
  libonnx-dev libprotobuf-dev clang-format-14 python3 python3-dev python3-venv)
# Any gnuplot will do, and its packages exclude each other.
command -v gnuplot >/dev/null || required+=(gnuplot-nox)
# Only speeds up a second build: comes along, but is never a reason to install.
optional=(ccache)

system=unknown
if [[ -r /etc/os-release ]]; then
  # shellcheck disable=SC1091
  system=$(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-}")
fi
case $system in
  "debian 12" | "ubuntu 24.04") ;;
  *)
    {
      echo "install_dependencies.sh knows Debian 12 and Ubuntu 24.04, this is: $system."
      echo "Install what these packages hold there, then go on: ${required[*]}"
    } >&2
    exit 0
    ;;
esac

# Those of the packages "$@" that are not installed.
missing_of() {
  local installed package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "$package installed" <<<"$installed" || echo "$package"
  done
}

mapfile -t missing < <(missing_of "${required[@]}")
[[ ${#missing[@]} -gt 0 ]] || exit 0
mapfile -t -O "${#missing[@]}" missing < <(missing_of "${optional[@]}")

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "missing packages: ${missing[*]}" >&2
    echo "neither root nor sudo: have them installed, then start again" >&2
    exit 1
  fi
  as_root=(sudo "${as_root[@]}")
fi

echo "installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
  "${as_root[@]}" apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 \
    "${missing[@]}"; } </dev/null >"$log" 2>&1; then
  cat "$log" >&2
  echo "could not install: ${missing[*]}" >&2
  exit 1
fi
