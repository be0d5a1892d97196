"""Split grading: the tests in a process that is trusted, the answer in one that is not.

Only one of the two runs at any moment; each hands control to the other by a message. So
a call across the boundary behaves as a call does, and both share one virtual time.
"""
