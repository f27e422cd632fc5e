"""What the documents leave open: each choice that a target has, and what a trace shows of it.

Of some choices the findings of a rule tell (`Finding.observed`): these have the id of the rule. The others are looked
for here. A choice never breaks a rule by itself; where a target is held to a profile, another one than was seen does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from conformance.rules import choices_of_lists, choices_of_refusals
from conformance.rules.choice_observation import ChoiceObservation
from conformance.rules.history import History
from conformance.rules.registry import Finding, Rule


@dataclass(frozen=True)
class Choice:
    """One choice. `values` says what may be seen of it; `observe` finds it in a history, None where findings do.

    A target is held to a `binding` one by `--expect-profile`; to another only where the profile says `hold = true`.
    """

    id: str
    question: str
    values: str
    observe: Callable[[History], Iterator[ChoiceObservation]] | None = None
    binding: bool = True


CHOICES: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice("exclusivity/refusal", "By which exception is a purchase refused while a reservation is active?",
               "`BadRequestException`, `ForbiddenException`, `NotFoundException`"),
        Choice("exclusivity/repeated-request", "Is a repeat of the very same purchase refused?",
               "`refused`, `answered with it`"),
        Choice("exclusivity/other-region", "Does an active reservation block a purchase in another Region?",
               "`free`, `blocked`"),
        Choice("exclusivity/freed-from-end", "At the instant of End itself, can the account purchase again?",
               "`free`, `held`"),
        Choice("lifecycle/initial-state", "In which state is a reservation when it has just been purchased?",
               "`ACTIVE`, `PROCESSING`"),
        Choice("lifecycle/expired-from-end", "At the instant of End itself, in which state is it?",
               "`ACTIVE`, `EXPIRED`"),
        Choice("lifecycle/other-region", "Does DescribeReservation find it from another Region?",
               "`found`, `not found`"),
        Choice("end/month-end-consistent", "What is End where the end month lacks the Start's day?",
               "`clamp` (the last day of the month), `overflow` (as many days into the next)"),
        Choice("lists/offerings-while-active", "Does ListOfferings show offerings while a reservation is active?",
               "`shown`, `hidden`"),
        Choice("wire/unknown-parameters", "Are unknown members of the body and unknown query parameters tolerated?",
               "`tolerated`, `refused`"),
        Choice("refusals/exception", "By which exception is a request refused that one thing is wrong with?",
               "status and exception", choices_of_refusals.exceptions),
        Choice("refusals/precedence", "Two things are wrong: by which exception is the request refused? A profile "
               "names the one that was meant (`named`), where the answers to each alone tell it.",
               "status and exception", choices_of_refusals.precedence),
        Choice("refusals/message", "What does the refusal say? What changes from call to call stands as `<...>`.",
               "the text", choices_of_refusals.messages, binding=False),
        Choice("refusals/tolerance", "Is a request accepted that only general conventions ask to refuse?",
               "`accepted`, `refused`", choices_of_refusals.tolerance),
        Choice("names/accepted", "Which names are accepted that the user guide does not permit?",
               "`accepted`, `refused`", choices_of_refusals.names),
        Choice("lists/page-size", "What does a MaxResults outside 1 to 1000 come to?",
               "`a page`, `refused`", choices_of_lists.page_sizes),
        Choice("lists/default-page-size", "How many items has a page without MaxResults, where there are more?",
               "the number", choices_of_lists.default_pages),
        Choice("lists/token-lifetime", "For how long is a NextToken good, and is it after the list has changed?",
               "`accepted`, `refused`", choices_of_lists.token_lifetimes),
    )
}  # fmt: skip
"""Every choice by its id."""


def choices_seen(history: History) -> Iterator[tuple[Rule, Finding]]:
    """What a history shows of the choices that no rule's findings tell, each with the rule that another one breaks."""
    for choice in CHOICES.values():
        for observation in choice.observe(history) if choice.observe else ():
            name = f"{choice.id} ({observation.about})" if observation.about else choice.id
            yield (
                observation.rule,
                Finding(observation.situation, observation.recorded, observed=observation.value, choice=name),
            )


def findings_of(rule: Rule, history: History) -> Iterator[Finding]:
    """What a rule finds in a history, and then the choices that it is broken by where a target is held to others."""
    yield from rule.judge(history)
    yield from (finding for broken, finding in choices_seen(history) if broken is rule)


def choice_called(name: str) -> Choice | None:
    """The choice of a name such as `refusals/exception (an ARN of no offering)`; None where there is none."""
    return CHOICES.get(name.partition(" (")[0])


def is_binding(name: str) -> bool:
    """Whether a target is held to a choice of this name without being told so: no texts of messages."""
    choice = choice_called(name)
    return choice is not None and choice.binding
