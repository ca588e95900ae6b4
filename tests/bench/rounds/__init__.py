"""Our benchmark programs and their peers, measured by turns; scripts/bench calls it."""
