#!/usr/bin/env bash
# Checks the format of C++ (clang-format 14) and of Python (ruff, in a virtual environment of its own),
# and that the package asks for no later Python than it says (vermin). Changes nothing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly ruff_version=0.6.9
readonly clang_format_version=14.0.6
readonly vermin_version=1.9.2
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
  for name in clang-format-14 clang-format "$environment/bin/clang-format"; do
    if command -v "$name" >/dev/null && [[ $("$name" --version) == *"version 14."* ]]; then
      echo "$name"
      return
    fi
  done
  return 1
}

# Has pip install a package into $environment; fails where it cannot be had.
install_into_environment() {
  python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --disable-pip-version-check --timeout 10 --retries 1 "$1"
}
# What is pinned is there: found, or installed.
have() {
  [[ $("$environment/bin/$1" --version 2>/dev/null) =~ (^|\ )"$2"$ ]] ||
    install_into_environment "$1==$2"
}
have_python_tools() { have ruff "$ruff_version" && have vermin "$vermin_version"; }
# Not every system has this version any more.
have_clang_format() {
  find_clang_format || install_into_environment "clang-format==$clang_format_version"
}

mkdir -p build
if ! (flock 9 && have_clang_format) 9>build/venv.lock >build/venv.log 2>&1; then
  echo "clang-format 14 not found, and pip cannot install it; see build/venv.log" >&2
  exit 1
fi
clang_format=$(find_clang_format)
faults=0
our_files '*.cpp' '*.hpp' | xargs -0 -r "$clang_format" --dry-run -Werror || faults=1

if (flock 9 && have_python_tools) 9>build/venv.lock >build/venv.log 2>&1; then
  ruff=$environment/bin/ruff
  our_files '*.py' | xargs -0 -r "$ruff" format --config tools/ruff.toml --quiet --diff || faults=1
  our_files '*.py' | xargs -0 -r "$ruff" check --config tools/ruff.toml --quiet || faults=1
  python=$(sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)
  "$environment/bin/vermin" --quiet --no-tips --violations --target="$python-" python/tilewise ||
    faults=1
else
  echo "skipped: pip cannot install ruff and vermin, so Python is not checked; see build/venv.log"
fi
if [[ $faults -eq 0 ]]; then echo "format: no fault"; fi
exit "$faults"
