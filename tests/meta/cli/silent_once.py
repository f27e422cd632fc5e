"""An interpreter that says nothing the first time it is started for a process, and is Python afterwards."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__":
    mark = Path(tempfile.gettempdir()) / f"silent-once-{sys.argv[1]}"
    if mark.exists():
        mark.unlink()
        os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
    mark.touch()
    time.sleep(600)
