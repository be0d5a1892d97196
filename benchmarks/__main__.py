"""Runs every benchmark: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import (
    checks,
    clock,
    clock_under_load,
    exploration,
    fleet,
    journal,
    plugin_import,
    runs,
    split_times,
)

BENCHMARKS = (
    plugin_import,
    runs,
    split_times,
    fleet,
    journal,
    clock,
    clock_under_load,
    exploration,
    checks,
)

for benchmark in BENCHMARKS:
    print(f"\n{(benchmark.__doc__ or '').splitlines()[0]}\n")
    print(benchmark.main())
