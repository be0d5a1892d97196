"""Runs every benchmark: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import clock_under_load, plugin_import, runs, server_start

for benchmark in (plugin_import, server_start, runs, clock_under_load):
    print(f"\n{(benchmark.__doc__ or '').splitlines()[0]}\n")
    print(benchmark.main())
