#!/usr/bin/env bash
# Resolves both environments anew and writes requirements/app.lock and requirements/rasa.lock.
# The locks name no index: a city installs them from its own mirror as well as from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3.11 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet uv==0.13.8

# Resolved for the oldest Python 3.11 Roland runs on (Debian 12) and upgraded as a whole.
compile() {
    "$tools/venv/bin/uv" pip compile --quiet --upgrade --generate-hashes --no-annotate --no-header \
        --python-platform x86_64-manylinux_2_28 --python-version "$@"
}

# setup.py installs PyTorch beside the lock, because its build (CPU or GPU) is the machine's choice.
compile 3.11.2 pyproject.toml --all-extras --no-emit-package torch --output-file "$tools/app.lock"

# TensorFlow lists these and Rasa never loads them: GPU build, JAX bridge and C headers, 1 GB together.
for name in tensorflow jax jaxlib libclang; do
    echo "$name; sys_platform == 'never'"
done > "$tools/left-out.txt"
compile 3.11.2 requirements/rasa.in --no-config --overrides "$tools/left-out.txt" --output-file "$tools/rasa.lock"

# Rasa's wheel is pure Python; only its metadata ends at 3.10.
printf 'rasa==3.6.21\nrasa-sdk==3.6.2\n' > "$tools/rasa-itself.in"
compile 3.10 "$tools/rasa-itself.in" --no-config --no-deps >> "$tools/rasa.lock"

mv "$tools/app.lock" "$tools/rasa.lock" requirements/
grep -c '^[a-z]' requirements/*.lock
