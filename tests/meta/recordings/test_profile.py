"""What one target was seen to choose becomes a profile, to which another is held."""

from pathlib import Path

import pytest

from conformance.command import main
from conformance.results.choices import ProfileError, read_profile
from tests.meta.emulator.right import RightEmulator
from tests.meta.emulator.variations import VARIATIONS
from tests.meta.recordings.judging import write
from tests.meta.tools.recorded_play import RecordedPlay


def _month_end(folder: Path, emulator: RightEmulator) -> str:
    folder.mkdir()
    made = RecordedPlay(emulator).at("2026-01-31T10:30:00Z").offer(1).walk().buy("first", "2026-01-31T09:00:00Z")
    return str(write(folder, made.kept))


def _overflowing() -> RightEmulator:
    name = next(name for name in VARIATIONS if "overflow" in name or "roll" in name)
    return VARIATIONS[name]()


def test_held_to_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An emulator that clamps where the profile overflows fails with both values and the source."""
    profile, report = str(tmp_path / "profile.toml"), str(tmp_path / "report")
    seen = _month_end(tmp_path / "seen", _overflowing())
    assert main(["judge", seen, "--report-dir", report, "--write-profile", profile]) == 0
    assert 'value = "overflow"' in Path(profile).read_text()
    held = ["--report-dir", report, "--expect-profile", profile]
    assert main(["judge", seen, *held]) == 0
    assert main(["judge", _month_end(tmp_path / "other", RightEmulator()), *held]) == 1
    assert (
        "end/month-end-consistent: chose 'clamp', where 'overflow' was seen (recording.har)" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "text, said",
    [("[", "not TOML"), ("a = 1", "no profile"),
     ('suite = "mediaconnect-conformance"\nversion = 1\n[[choice]]\nchoice = "no/choice"', "choice 1 is none of")],
)  # fmt: skip
def test_damaged_profile(text: str, said: str) -> None:
    """One line that begins with the file says what is wrong."""
    with pytest.raises(ProfileError, match=said) as refused:
        read_profile(text, "p.toml")
    assert str(refused.value).startswith("p.toml: ")
