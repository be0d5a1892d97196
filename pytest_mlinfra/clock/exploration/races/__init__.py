"""Schedule exploration: the same program in many orders of its tasks' steps."""
