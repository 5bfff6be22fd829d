# What run.sh and test.sh share. Source it; it sets `root` and makes `step` known.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# How far a command is, by the last line of its log: Ninja's "[12/80] Building ...", a package of apt.
progress_of() {
  tail -n 1 "$1" | sed -nE \
    -e 's,^(\[ *[0-9]+/[0-9]+\]).*,\1,p' \
    -e 's,^Get:[0-9]+ [^ ]+ [^ ]+ [^ ]+ ([^ ]+) .*,\1,p' \
    -e 's,^(Unpacking|Setting up|Selecting previously unselected package) ([a-z0-9][^ :]*).*,\2,p'
}

# step NAME LOG COMMAND...: runs a command with its output in LOG; says on one line how it goes; shows
# the output if it fails, and fails too.
step() {
  local name=$1 log=$2 start=$SECONDS said=$SECONDS now= last=
  shift 2
  mkdir -p "$(dirname "$log")"
  printf '%s ...' "$name"
  "$@" </dev/null >"$log" 2>&1 &
  local job=$!
  while kill -0 "$job" 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r%s ... %s\033[K' "$name" "$(progress_of "$log")"
    elif ((SECONDS - said >= 20)); then
      now=$(progress_of "$log")
      if [[ $now == "$last" ]]; then printf '.'; else printf ' %s' "$now"; fi
      said=$SECONDS last=$now
    fi
    sleep 0.2
  done
  if [[ -t 1 ]]; then printf '\r%s ...\033[K' "$name"; fi
  if wait "$job"; then
    printf ' done (%d s)\n' "$((SECONDS - start))"
  else
    printf ' FAILED\n'
    cat "$log"
    return 1
  fi
}
