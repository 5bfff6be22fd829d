# Makes sure that $environment has what builds and tests the Python package; `"${pip[@]}"` is its pip.
# Source it in the root.
# shellcheck shell=bash

pip=("$environment/bin/pip" --quiet --disable-pip-version-check)

have_packages() {
  [[ pyproject.toml -ot $environment/complete ]] && return
  # Not compiled to bytecode, which takes as long as all else: most of it is never imported.
  python3 -m venv "$environment" &&
    "${pip[@]}" --timeout 10 --retries 1 install --no-compile \
      'scikit-build-core>=0.10' 'nanobind>=2.4' build numpy pandas pyarrow pyyaml duckdb pytest mypy \
      pandas-stubs nbclient nbformat ipykernel matplotlib scipy onnx \
      dask distributed 'pymoo>=0.6.1.6' 'optuna>=5' 'plotly>=6' &&
    touch "$environment/complete"
}

# What is imported is compiled once, into this environment: pandas alone takes seconds otherwise,
# each time that a test starts Python.
unset PYTHONDONTWRITEBYTECODE

mkdir -p build
# One at a time: two checks may run at once.
exec 9>build/python.lock
flock 9
if ! have_packages >build/python-venv.log 2>&1; then
  cat build/python-venv.log
  echo "skipped: pip cannot install what the Python package needs"
  exit 77
fi

# With the compiler and the flags of the release preset, ccache has most objects.
export CXX=${CXX:-c++}
