"""One connection from accept to end: what is said on it, by whom, and when its faults act."""
