"""Ends Python, with success, as soon as it is imported."""
# stopped by: process

import sys

sys.exit(0)
