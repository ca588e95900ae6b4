"""STOMP 1.2, the server's side, without I/O."""
