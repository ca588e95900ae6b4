"""Scenarios, the server that holds them, and the endpoint that controls it."""
