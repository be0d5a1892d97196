"""Figures, each measured in one run beside a peer: `make bench`, or one module alone."""
