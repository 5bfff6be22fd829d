# What run.sh and test.sh share. Source it; it sets `root` and makes `step` known.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The Python package and its sdist compile the same files elsewhere: let them find the objects.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

# step NAME LOG COMMAND...: runs a command with its output in LOG; says how it goes on one line; shows
# the output if it fails, and fails too.
step() {
  local name=$1 log=$2 start=$SECONDS
  shift 2
  mkdir -p "$(dirname "$log")"
  printf '%s ...' "$name"
  "$@" </dev/null >"$log" 2>&1 &
  local job=$!
  if [[ -t 1 ]]; then
    while kill -0 "$job" 2>/dev/null; do
      # Ninja's "[12/80] Building ..." as a count behind the name.
      printf '\r%s ... %s' "$name" "$(tail -n 1 "$log" | grep -o '^\[[0-9/]*\]' || true)"
      sleep 0.2
    done
    printf '\r%s ...\033[K' "$name"
  fi
  if wait "$job"; then
    printf ' done (%d s)\n' "$((SECONDS - start))"
  else
    printf ' FAILED\n'
    cat "$log"
    return 1
  fi
}
