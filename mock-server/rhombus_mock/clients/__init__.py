"""Clients that the server starts itself, and what it may do to their processes."""
