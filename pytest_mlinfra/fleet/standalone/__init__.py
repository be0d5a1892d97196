"""A fleet of its own: told by a file, served on the real clock, changed while it runs."""
