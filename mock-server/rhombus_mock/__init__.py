"""A mock Rhombus: faultless by default, every fault of the catalogue on request."""

__version__ = "0.1.0"
