"""`python -m conformance` is `mediaconnect-conformance`."""

import sys

from conformance.command import main

sys.exit(main())
