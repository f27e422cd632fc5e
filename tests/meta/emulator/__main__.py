"""Serves the right emulator, a mutant or a variation by hand: `python -m tests.meta.emulator NAME --port N`."""

import argparse
import threading
from collections.abc import Callable

from tests.meta.emulator.mutants import MUTANTS
from tests.meta.emulator.rare import RARE
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.server import serve
from tests.meta.emulator.variations import VARIATIONS

EMULATORS: dict[str, Callable[[], RightEmulator]] = {"right": RightEmulator, **MUTANTS, **RARE, **VARIATIONS}


def table() -> str:
    """List the right emulator, the mutants with the rules they break, and the variations."""
    lines = ["right"]
    lines += [f"{name:44} breaks {', '.join(kind.breaks)}" for name, kind in (MUTANTS | RARE).items()]
    lines += [f"{name:44} is permitted" for name in VARIATIONS]
    return "\n".join(lines)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.emulator")
    parser.add_argument("name", nargs="?", default="right", choices=EMULATORS, metavar="NAME")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print the names and leave")
    parser.add_argument("--no-control", action="store_true", help="serve without the control API")
    arguments = parser.parse_args()
    if arguments.list:
        print(table())
        return
    with serve(EMULATORS[arguments.name](), port=arguments.port, control=not arguments.no_control) as served:
        print(f"{arguments.name} at {served.endpoint_url}", flush=True)
        if not arguments.no_control:
            print(f"control API at {served.control_url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
