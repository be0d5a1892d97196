"""Points, outcomes, verdicts and messages: arithmetic and words, no running of anything."""
