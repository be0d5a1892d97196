"""Graded katas for pytest, on fake model servers and exact virtual time.

The layers, each importing only what stands below it::

    cli      plugin        the command `mlinfra`; pytest's hooks
    reports                what a person or a program reads
    suites   gates         grading a learner's tests; the quality tools
    runs                   one request, one result, in a process of its own
    grading                points, outcomes, verdicts, messages
    fleet  clock  katas    model servers; virtual time; what a kata is
    errors                 everything that can go wrong, as one tree
"""

__version__ = "0.1.0"
