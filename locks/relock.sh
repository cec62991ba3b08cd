#!/usr/bin/env sh
# Resolve the locked lists anew. Needs uv. Lists carry hashes and no index, so any mirror of PyPI serves them.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header "$@"; }
build='hatchling>=1.27
editables>=0.5'
printf '%s\n' "$build" | lock pyproject.toml - -o locks/run.txt
printf '%s\n' "$build" | lock pyproject.toml - --group dev -c locks/run.txt -o locks/dev.txt
printf '%s\n' "$build" | lock pyproject.toml - --extra bench -c locks/run.txt -o locks/bench.txt
