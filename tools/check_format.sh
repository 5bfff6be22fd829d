#!/usr/bin/env bash
# Checks the format of C++ (clang-format 14) and of Python (ruff, in a virtual environment of its own).
# Changes nothing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly ruff_version=0.6.9
readonly environment=build/venv

# Our files with these name patterns: tracked, or new and not ignored. NUL-separated.
our_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    # A file that is deleted but not yet committed is still listed: leave it out.
    git ls-files -z -co --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
      if [[ -f $file ]]; then printf '%s\0' "$file"; fi
    done
  else
    local pattern
    for pattern in "$@"; do
      find . \( -path ./build -o -path ./out \) -prune -o -type f -name "$pattern" -print0
    done
  fi
}

find_clang_format() {
  local name
  for name in clang-format-14 clang-format; do
    if command -v "$name" >/dev/null && [[ $("$name" --version) == *"version 14."* ]]; then
      echo "$name"
      return
    fi
  done
  echo "clang-format 14 not found: run scripts/install_dependencies.sh" >&2
  return 1
}

# Makes sure that $environment has the pinned ruff; fails where it cannot be had.
have_ruff() {
  if [[ $("$environment/bin/ruff" --version 2>/dev/null) == "ruff $ruff_version" ]]; then return; fi
  python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --disable-pip-version-check --timeout 10 --retries 1 \
      "ruff==$ruff_version"
}

clang_format=$(find_clang_format)
faults=0
our_files '*.cpp' '*.hpp' | xargs -0 -r "$clang_format" --dry-run -Werror || faults=1

mkdir -p build
if (flock 9 && have_ruff) 9>build/venv.lock >build/venv.log 2>&1; then
  ruff=$environment/bin/ruff
  our_files '*.py' | xargs -0 -r "$ruff" format --config tools/ruff.toml --quiet --diff || faults=1
  our_files '*.py' | xargs -0 -r "$ruff" check --config tools/ruff.toml --quiet || faults=1
else
  echo "skipped: pip cannot install ruff, so Python is not checked; see build/venv.log"
fi
if [[ $faults -eq 0 ]]; then echo "format: no fault"; fi
exit "$faults"
