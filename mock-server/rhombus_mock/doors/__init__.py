"""What a scenario shows to the outside: ports, resolver and proxy of its hosts."""
