"""Runs every benchmark: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import checks, clock_under_load, exploration, fleet, journal, plugin_import

for benchmark in (plugin_import, fleet, journal, clock_under_load, exploration, checks):
    print(f"\n{(benchmark.__doc__ or '').splitlines()[0]}\n")
    print(benchmark.main())
