#!/usr/bin/env bash
# Installs what Tilewise needs and this system lacks; does nothing, and fast, where nothing is missing.
# Usage: scripts/install_dependencies.sh [--list SYSTEM] [develop] [fuzz]
# develop: also what tests, benchmarks and the format need. fuzz: the compiler of the preset fuzz.
# --list: only prints the packages of a system, such as debian-12.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
readonly table=$root/scripts/packages.txt

# packages_of SYSTEM MANAGER GROUP...: what the groups are there.
packages_of() {
  local group apt dnf lacking package
  while read -r group apt dnf lacking; do
    [[ $group != "#"* && " ${*:3} " == *" $group "* && ",$lacking," != *",$1,"* ]] || continue
    package=$apt
    if [[ $2 == dnf ]]; then package=$dnf; fi
    if [[ $package != - ]]; then echo "$package"; fi
  done <"$table"
}

# Sets `manager` for a system; where it is unknown, says what to install and fails.
know() {
  case $1 in
    debian-12 | debian-13 | ubuntu-22.04 | ubuntu-24.04) manager=apt ;;
    fedora-*) manager=dnf ;;
    *)
      {
        echo "$1: a system that install_dependencies.sh does not know; it knows Debian 12 and 13," \
          "Ubuntu 22.04 and 24.04, and Fedora."
        echo "Install what these packages of Debian hold:" "$(packages_of debian-12 apt "${groups[@]}" | tr '\n' ' ')"
        echo "then build: cmake --preset user && cmake --build --preset user"
        echo "or take the wheel, which needs none of them: docs/install.md"
      } >&2
      return 1
      ;;
  esac
}

# Those of the packages "$@" that are not installed.
missing_of() {
  local package
  for package in "$@"; do
    # Any gnuplot will do, and its packages exclude each other.
    if [[ $package == gnuplot-* ]] && command -v gnuplot >/dev/null; then continue; fi
    if [[ $manager == apt ]]; then
      [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]]
    else
      rpm -q --quiet --whatprovides "$package"
    fi || echo "$package"
  done
}

# The system of /etc/os-release, such as debian-12.
this_system() {
  # shellcheck disable=SC1091
  if [[ -r /etc/os-release ]]; then (. /etc/os-release && echo "${ID:-unknown}-${VERSION_ID:-}"); else uname -s; fi
}

install_with_apt() {
  "${as_root[@]}" apt-get update &&
    "${as_root[@]}" apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}
install_with_dnf() { "${as_root[@]}" dnf install -y --setopt=install_weak_deps=False "$@"; }

groups=(use)
list=
while [[ $# -gt 0 ]]; do
  case $1 in
    develop | fuzz) groups+=("$1") ;;
    --list) list=${2:?--list: name a system, such as debian-12}; shift ;;
    *) echo "$1: expected develop, fuzz or --list SYSTEM" >&2; exit 2 ;;
  esac
  shift
done
system=${list:-$(this_system)}
know "$system"
mapfile -t required < <(packages_of "$system" "$manager" "${groups[@]}")
mapfile -t optional < <(packages_of "$system" "$manager" faster)
if [[ -n $list ]]; then
  printf '%s\n' "${required[@]}" "${optional[@]}"
  exit 0
fi

# Whether ONNX must be built: the system has none in packages.txt, and nobody built it yet.
lacks_onnx() {
  [[ " ${required[*]} " != *onnx* && ! -e /usr/local/lib/cmake/ONNX/ONNXConfig.cmake ]]
}

mapfile -t missing < <(missing_of "${required[@]}")
[[ ${#missing[@]} -gt 0 ]] || lacks_onnx || exit 0
mapfile -t -O "${#missing[@]}" missing < <(missing_of "${optional[@]}")

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "missing: ${missing[*]:-ONNX, of $system too old}" >&2
    echo "neither root nor sudo: have them installed, or take the wheel: docs/install.md" >&2
    exit 1
  fi
  sudo -v  # asks now, not behind the line of a step
  as_root=(sudo "${as_root[@]}")
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [[ ${#missing[@]} -gt 0 ]]; then
  echo "installing: ${missing[*]}"
  if ! step "installing ${#missing[@]} packages" "$log" "install_with_$manager" "${missing[@]}"; then
    echo "could not install: ${missing[*]}" >&2
    exit 1
  fi
fi
if lacks_onnx; then
  step "building ONNX, which $system has too old" "$log" "${as_root[@]}" "$root/scripts/install_onnx.sh"
fi
