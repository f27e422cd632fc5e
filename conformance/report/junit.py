"""JUnit XML of a judgement: a test case for each rule, with the properties that a run's test cases have too."""

from __future__ import annotations

from xml.etree import ElementTree

from conformance import __version__
from conformance.cases.case_json import is_encodable
from conformance.results.gate import Gate
from conformance.results.run import Run
from conformance.results.verdicts import Verdict
from conformance.rules import Rule

_OF_A_FAILURE = (Verdict.FAIL,)
_OF_A_SUCCESS = (Verdict.PASS, Verdict.KNOWN)


def junit_text(run: Run, gate: Gate) -> str:
    """The XML. A rule that fails is a failure, one that was not judged is skipped with the reason."""
    verdicts = run.verdicts()
    suite = ElementTree.Element(
        "testsuite",
        name="mediaconnect-conformance",
        tests=str(len(verdicts)),
        failures=str(sum(verdict in _OF_A_FAILURE for _, verdict, _ in verdicts)),
        errors="0",
        skipped=str(sum(verdict not in (*_OF_A_FAILURE, *_OF_A_SUCCESS) for _, verdict, _ in verdicts)),
        timestamp=run.started.replace(tzinfo=None, microsecond=0).isoformat(),
    )
    whole = {"target": run.target.name, "profile": run.profile, "version": __version__, "gate": gate.headline}
    _add_properties(suite, whole)
    for rule, verdict, reason in verdicts:
        _add_case(suite, run, rule, verdict, reason)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ElementTree.Element, run: Run, rule: Rule, verdict: Verdict, reason: str) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=f"rules.{rule.topic}", name=rule.id, time="0")
    _add_properties(
        case,
        {
            "rule": rule.id,
            f"level:{rule.id}": str(rule.level),
            f"source:{rule.id}": str(rule.source),
            f"verdict:{rule.id}": str(verdict),
        },
    )
    if verdict in _OF_A_FAILURE:
        failures = run.failures(rule.id)
        message = failures[0].problem if failures else reason
        failure = ElementTree.SubElement(case, "failure", message=_plain(message))
        failure.text = _plain("\n".join(failure.message for failure in failures) or reason)
    elif verdict not in _OF_A_SUCCESS:
        ElementTree.SubElement(case, "skipped", message=_plain(f"{verdict}: {reason}"))


def _add_properties(element: ElementTree.Element, values: dict[str, str]) -> None:
    properties = ElementTree.SubElement(element, "properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=_plain(value))


def _plain(text: str) -> str:
    """The text without what XML has no form for, whatever a target has put into it."""
    kept = "".join(
        character if character in "\t\n" or character.isprintable() else ascii(character)[1:-1] for character in text
    )
    return kept if is_encodable(kept) else kept.encode("ascii", "backslashreplace").decode()
