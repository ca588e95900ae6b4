"""Lets `python -m rhombus_mock` do what `rhombus-mock` does."""

import sys

from rhombus_mock.cli import main

sys.exit(main())
