"""Running graded code in a process of its own: one request, one result."""
