# draws: exits-on-import
"""Ends Python while it is imported."""

import sys

from calculator import add

sys.exit(0)


def test_adds():
    assert add(2, 3) == 5
