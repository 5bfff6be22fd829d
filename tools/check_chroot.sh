#!/usr/bin/env bash
# Tries in a bare system what docs/install.md says, from nothing to the first number, and says how long
# each step took. Without WHEEL from the source, as root; with it by the wheel, as a user without rights.
# Usage (as root, with debootstrap): tools/check_chroot.sh SUITE FOLDER [WHEEL]
# SUITE: bookworm, trixie, jammy, noble. FOLDER: of the system; one that exists is used as it is.
# JOBS: how many compilers at once. CCACHE_DIR: a cache to share with the system.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage="usage: tools/check_chroot.sh SUITE FOLDER [WHEEL]"
suite=${1:?$usage}
folder=${2:?$usage}
wheel=${3:-}
packages=/usr/share/debootstrap/scripts
case $suite in
  bookworm | trixie) mirror=http://deb.debian.org/debian components=main script=$packages/$suite ;;
  # All releases of Ubuntu share the script of one.
  jammy | noble) mirror=http://archive.ubuntu.com/ubuntu components=main,universe script=$packages/gutsy ;;
  *) echo "$suite: expected bookworm, trixie, jammy or noble" >&2; exit 2 ;;
esac

mounts=()
leave() {
  local i
  for ((i = ${#mounts[@]} - 1; i >= 0; --i)); do umount "${mounts[i]}" || umount --lazy "${mounts[i]}"; done
}
trap leave EXIT
trap 'exit 130' INT TERM
mount_in() {
  mkdir -p "$folder${!#}"
  mount "${@:1:$#-1}" "$folder${!#}"
  mounts+=("$folder${!#}")
}

# timed NAME COMMAND...: its output goes to NAME.log beside the folder; says what it took.
timed() {
  local log=$folder.$1.log TIMEFORMAT="$1: %R s, of the processor %U s"
  if ! time "${@:2}" </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "$1: failed; $log" >&2
    exit 1
  fi
}
# inside USER COMMAND...: in the system, with no more of our environment than pip needs to reach its index.
inside() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/home/user \
    CMAKE_BUILD_PARALLEL_LEVEL="${JOBS:-$(nproc)}" PIP_DISABLE_PIP_VERSION_CHECK=1 \
    ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} ${PIP_CERT:+PIP_CERT=/etc/pip-cert.pem} \
    ${CCACHE_DIR:+CCACHE_DIR=/ccache} \
    chroot --userspec="$1" "$folder" /bin/bash -ec "$2"
}
size() { du -shx --exclude=./ccache "$folder" | cut -f 1; }

if [[ ! -x $folder/bin/bash ]]; then
  timed system debootstrap --variant=minbase --components="$components" "$suite" "$folder" "$mirror" "$script"
fi
echo "a bare system: $(size)"
cp -L /etc/resolv.conf "$folder/etc/resolv.conf"
if [[ -n ${PIP_CERT:-} ]]; then cp -L "$PIP_CERT" "$folder/etc/pip-cert.pem"; fi
mount_in -t proc proc /proc
mkdir -p "$folder/home/user"
chown 1000:1000 "$folder/home/user"

cp "$root/tools/check_installed.sh" "$folder/home/user/"
readonly first="cd && . venv/bin/activate && bash check_installed.sh"
if [[ -n $wheel ]]; then
  cp "$wheel" "$folder/home/user/"
  timed python inside 0:0 "apt-get update && apt-get install -y --no-install-recommends python3-venv"
  timed wheel inside 1000:1000 "cd && rm -rf venv && python3 -m venv venv && venv/bin/pip install ./$(basename "$wheel")"
  timed numbers inside 1000:1000 "$first"
else
  if [[ -n ${CCACHE_DIR:-} ]]; then mount_in --bind "$CCACHE_DIR" /ccache; fi
  rm -rf "$folder/home/user/tilewise"
  mkdir "$folder/home/user/tilewise"
  git -C "$root" ls-files -z -co --exclude-standard | tar -C "$root" --null -T - -c |
    tar -C "$folder/home/user/tilewise" -x
  timed dependencies inside 0:0 "cd ~/tilewise && scripts/install_dependencies.sh"
  echo "with what it is built with: $(size)"
  timed numbers inside 0:0 "cd ~/tilewise && scripts/run.sh"
  timed pip inside 0:0 "cd ~ && rm -rf venv && python3 -m venv venv && venv/bin/pip install ./tilewise"
  timed python inside 0:0 "$first"
fi
tail -n 3 "$folder.numbers.log"
