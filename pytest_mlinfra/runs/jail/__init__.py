"""Keeping untrusted code away from everything that it has no need of."""
