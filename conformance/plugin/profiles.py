"""The Hypothesis profiles of the suite."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

EXAMPLES = {"smoke": 2, "gate": 50, "explore": 1_000}
DEFAULT = "gate"


def register_profiles() -> None:
    """Register smoke (seconds), gate (deterministic), and explore (random, long, with a database of failures).

    Everything that Hypothesis would choose by itself where CI is set is chosen here.
    """
    common = settings(
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    searching = (Phase.explicit, Phase.generate, Phase.shrink)
    for name in ("smoke", "gate"):
        settings.register_profile(
            name, common, max_examples=EXAMPLES[name], derandomize=True, database=None, phases=searching
        )
    settings.register_profile(
        "explore",
        common,
        max_examples=EXAMPLES["explore"],
        derandomize=False,
        database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
    )


def keep_examples(where: str) -> None:
    """Let the profile explore, which is loaded, keep its failing examples in a folder, or behind a `redis://` URL.

    Raises:
        ImportError: the package redis is not installed.
        ValueError: the URL is none.
    """
    database: ExampleDatabase = DirectoryBasedExampleDatabase(where)
    if where.startswith(("redis://", "rediss://")):
        from hypothesis.extra.redis import RedisExampleDatabase
        from redis import Redis

        database = RedisExampleDatabase(Redis.from_url(where))
    settings.register_profile("explore", settings.get_profile("explore"), database=database)
    settings.load_profile("explore")
