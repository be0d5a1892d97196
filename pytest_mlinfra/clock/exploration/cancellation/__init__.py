"""Cancellation at every await: what each leaves behind."""
