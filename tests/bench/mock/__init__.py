"""The mock server beside other servers: set-up, bursts, crowds, idle connections."""
