"""The quality gates: one file per tool, one shape of finding."""
