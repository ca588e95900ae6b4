"""Scenario files: read, checked, run."""
