"""The wheel, built and installed in a virtual environment that has what the wheel says that it needs, and no more."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from importlib.metadata import Distribution, distribution
from pathlib import Path

from filelock import FileLock
from packaging.requirements import Requirement

from tests.meta.cli.commands import PATIENCE, ROOT, plain_environment

NAME = "mediaconnect-conformance"


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and the two archives that were built."""

    environment: Path
    wheel: Path
    source: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.environment / "bin" / "python"

    @property
    def command(self) -> str:
        """The console script."""
        return str(self.environment / "bin" / NAME)

    def __call__(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run the command in a folder, to its end."""
        return _end([self.command, *arguments], folder)

    @contextmanager
    def serving(self, *arguments: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """Run `serve` on a free port, and give the process with its first line of output; it is ended in any case."""
        with subprocess.Popen(
            [self.command, "serve", "--port", "0", *arguments],
            cwd=folder,
            env=plain_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                yield process, process.stdout.readline()
            finally:
                process.kill()


@dataclass(frozen=True)
class Archives:
    """The wheel, and the source archive that it was built from."""

    wheel: Path
    source: Path


def build(folder: Path) -> Archives:
    """Build both archives into a folder, once: the processes of a test run that share the folder share them."""
    with FileLock(folder / "archives.lock"):
        dist = folder / "dist"
        if not dist.exists():
            _succeed([sys.executable, "-m", "build", "--no-isolation", "--outdir", f"{dist}.tmp", str(ROOT)], folder)
            Path(f"{dist}.tmp").rename(dist)
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    return Archives(wheel, source)


def install(archives: Archives, folder: Path) -> Installed:
    """Install the wheel in an environment below the folder, without asking any registry."""
    wheel = archives.wheel
    installed = Installed(folder / "environment", wheel, archives.source)
    _succeed([sys.executable, "-m", "venv", "--without-pip", str(installed.environment)], folder)
    pip = [sys.executable, "-m", "pip", "--python", str(installed.python), "--disable-pip-version-check"]
    _succeed([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], folder)
    (packages,) = installed.environment.glob("lib/python*/site-packages")
    _link_dependencies(folder / "dependencies", _requirements(wheel))
    (packages / "dependencies.pth").write_text(f"{folder / 'dependencies'}\n", encoding="utf-8")
    return installed


def _link_dependencies(folder: Path, requirements: list[str]) -> None:
    """Fill a folder with what the wheel says that it needs, and no other package of this environment."""
    folder.mkdir()
    for needed in _closure(requirements).values():
        for file in needed.files or ():
            top = file.parts[0]
            if top != ".." and not (folder / top).exists():
                (folder / top).symlink_to(Path(str(needed.locate_file(top))))


def _requirements(wheel: Path) -> list[str]:
    """What the wheel says that it needs."""
    archive = zipfile.ZipFile(wheel)
    (described,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(archive.read(described)).get_all("Requires-Dist") or []


def _closure(requirements: list[str]) -> dict[str, Distribution]:
    """The distributions that are needed, with those that they need, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(requirements, tuple[str, ...]())]
    while waiting:
        needed, wanted = waiting.pop()
        for text in needed:
            requirement = Requirement(text)
            applies = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in ("", *wanted)
            )
            if applies and requirement.name not in found:
                found[requirement.name] = distribution(requirement.name)
                waiting.append((found[requirement.name].requires or [], tuple(requirement.extras)))
    return found


def _succeed(command: list[str], folder: Path) -> None:
    ended = _end(command, folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _end(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
