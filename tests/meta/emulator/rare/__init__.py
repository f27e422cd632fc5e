"""Small wrong implementations whose defects show themselves rarely, by seven classes, and the rules that they break."""

from tests.meta.emulator.mutants import mutants_of
from tests.meta.emulator.rare import (
    content,
    content_of_offerings,
    content_of_texts,
    lists,
    lists_of_tokens,
    lists_of_walks,
    pairs,
    pairs_on_the_wire,
    requests,
    requests_of_arns,
    requests_of_starts,
    requests_of_values,
    sometimes,
    sometimes_in_reads,
    sometimes_shown,
    state,
    state_of_keys,
    state_of_long_histories,
    state_of_looks,
    state_of_refusals,
    state_of_regions,
    state_of_reservations,
    state_of_sequences,
    time,
    time_of_classes,
    time_of_starts,
)
from tests.meta.emulator.right import RightEmulator

CLASSES = {
    "time": (time, time_of_starts, time_of_classes),
    "state": (
        *(state, state_of_reservations, state_of_sequences, state_of_long_histories, state_of_looks, state_of_keys),
        *(state_of_regions, state_of_refusals),
    ),
    "content": (content, content_of_offerings, content_of_texts),
    "requests": (requests, requests_of_arns, requests_of_starts, requests_of_values),
    "lists": (lists, lists_of_tokens, lists_of_walks),
    "sometimes": (sometimes, sometimes_shown, sometimes_in_reads),
    "pairs": (pairs, pairs_on_the_wire),
}
RARE_OF: dict[str, dict[str, type[RightEmulator]]] = {
    name: {key: kind for module in modules for key, kind in mutants_of(module).items()}
    for name, modules in CLASSES.items()
}
RARE: dict[str, type[RightEmulator]] = {name: kind for mutants in RARE_OF.values() for name, kind in mutants.items()}

__all__ = ["CLASSES", "RARE", "RARE_OF"]
