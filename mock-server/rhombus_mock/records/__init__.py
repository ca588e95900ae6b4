"""The journal, and how keys are kept out of it."""
