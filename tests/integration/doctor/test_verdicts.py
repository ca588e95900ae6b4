"""For every fault the code it must give; for every code what looks alike and must not give it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from cases import HEALTHY, LATER, Case, Cases, every_fault

# ---- the whole catalogue ------------------------------------------------------------------------


def marked(case: Case) -> object:
    """A code that no check names yet must not be taken for one that is named."""
    today = LATER.get(case.faults[0])
    marks = [pytest.mark.xfail(reason=today, strict=True)] if today else []
    return pytest.param(case, marks=marks, id=str(case))


@pytest.mark.parametrize("case", [marked(case) for case in every_fault()])
def test_names_the_cause_of_every_fault(cases: Cases, case: Case) -> None:
    done = cases.done(case)
    verdict = done.report["verdict"]

    assert verdict["code"] == (None if case.code == HEALTHY else case.code), verdict
    assert verdict["status"] == {HEALTHY: "healthy", "SUB-QUIET": "inconclusive"}.get(
        case.code, "problem"
    )
    assert done.outcome.exit_code == 0, done.outcome.stderr
    assert done.report["exit_code"] == 0


def test_what_is_left_for_later_stands_in_the_catalogue() -> None:
    assert set(LATER) <= {case.faults[0] for case in every_fault()}


def test_the_catalogue_shows_every_code_that_a_server_can_cause() -> None:
    shown = {case.code for case in every_fault()}
    assert {near.code for near in NEAR_MISSES} - shown == {"CFG-NOKEY", "AUTH-SHAPE"}


# ---- exit codes ---------------------------------------------------------------------------------

EXIT_CODES = [
    (Case(faults=("F-001",), code="NET-DNS"), 10),
    (Case(faults=("F-005",), code="NET-REJECT"), 10),
    (Case(faults=("F-103",), code="TLS-SELF"), 11),
    (Case(faults=("F-209",), code="HTTP-UPGRADE"), 12),
    (Case(faults=("F-211/no-accept",), code="WS-PROTOCOL"), 12),
    (Case(faults=("F-201",), code="AUTH-SPLIT"), 13),
    (Case(faults=("F-152/unknown-key",), code="AUTH-UNKNOWN"), 13),
    (Case(faults=("F-202/organization",), code="AUTHZ-WS"), 14),
    (Case(faults=("F-202/partner",), code="AUTHZ-PARTNER-ORG"), 14),
    (Case(faults=("F-158",), code="REST-ERROR"), 15),
    (Case(faults=("F-153",), code="RATE"), 15),
    (Case(faults=("F-208",), code="SVC-ERROR"), 15),
    (Case(faults=("F-401",), code="STOMP-NUL"), 20),
    (Case(faults=("F-460",), code="SUB-REJECTED"), 21),
    (Case(faults=("F-013",), code="CLOSE-1006"), 22),
    (Case(faults=("F-362/4999",), code="CLOSE-4999"), 22),
    (Case(faults=("F-514",), code="HB-SERVER"), 22),
    (Case(faults=("F-610/cut",), code="JSON-SYNTAX"), 23),
    (Case(server=("--events", "0"), arguments=("--wait", "12"), code="SUB-QUIET"), 30),
    (Case(code=HEALTHY), 0),
]


@pytest.mark.parametrize(("case", "exit_code"), EXIT_CODES, ids=lambda one: str(one))
def test_the_exit_code_belongs_to_the_code(cases: Cases, case: Case, exit_code: int) -> None:
    done = cases.done(case)

    assert done.report["verdict"]["code"] == (None if case.code == HEALTHY else case.code)
    assert done.outcome.exit_code == exit_code
    assert done.report["exit_code"] == exit_code


NOT_MET = [
    Case(faults=("F-005",), arguments=("--expect", "NET-PORT"), code="NET-REJECT"),
    Case(arguments=("--expect", "SUB-QUIET"), code=HEALTHY),
    Case(
        server=("--events", "0"),
        arguments=("--wait", "12", "--expect", "HB-SERVER"),
        code="SUB-QUIET",
    ),
]


@pytest.mark.parametrize("case", NOT_MET, ids=str)
def test_another_verdict_than_the_expected_is_31(cases: Cases, case: Case) -> None:
    done = cases.done(case)

    assert done.report["verdict"]["code"] == (None if case.code == HEALTHY else case.code)
    assert (done.outcome.exit_code, done.report["exit_code"]) == (31, 31)


# ---- near misses --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    code: str
    """The code that it must not give; what it must give stands in the case."""
    why: str
    """Why it looks alike, and what tells the two apart."""
    case: Case

    def __str__(self) -> str:
        return f"{self.code} not by {self.case}"


def near(code: str, given: str, why: str, *faults: str) -> NearMiss:
    """The bundled mock server with faults; one that the catalogue has as well runs once."""
    case = Case(faults=faults, code=given, expects=True)
    return NearMiss(code=code, why=why, case=case)


def at(code: str, given: str, why: str, *server: str, arguments: tuple[str, ...] = ()) -> NearMiss:
    """A mock server of our own with other habits."""
    return NearMiss(code=code, why=why, case=Case(server=server, arguments=arguments, code=given))


WRONG_KEY = "AAAAAAAAAAAAAAAAAAAA-_"
UNKNOWN_KEY = Case(key=WRONG_KEY, code="AUTH-UNKNOWN")
ALL_ALIKE = Case(server=("--habit", "bad_key=401"), key=WRONG_KEY, code="AUTH-REFUSED")

# The mock server's certificates are for 127.0.0.1 and localhost. CFG-NOKEY and AUTH-SHAPE have
# their near misses in test_bad_input.py: they need files and variables.
NEAR_MISSES = [
    near("CFG-NOKEY", HEALTHY, "Without a key of the user's, --demo brings its own."),
    NearMiss(code="AUTH-SHAPE", case=UNKNOWN_KEY,
             why="The key is wrong, but looks right: only the service can tell."),
    near("NET-DNS", "NET-REJECT", "The host is not there, but its name needs no resolver.",
         "F-005"),
    near("NET-REJECT", "NET-PORT", "No connection either, but nobody says no: it times out.",
         "F-006"),
    near("NET-REJECT", "NET-RESET", "A reset as well, but after the connection was accepted.",
         "F-007/rst"),
    near("NET-PORT", "NET-REJECT", "The port is closed, but the answer comes at once.",
         "F-005"),
    near("NET-PORT", "TLS-TIMEOUT", "Silence as well, but the connection was accepted.",
         "F-009"),
    near("NET-RESET", "NET-REJECT", "A reset in answer to the SYN: nothing was accepted.",
         "F-005"),
    near("NET-RESET", "TLS-ABORT", "A reset as well, but only after the ClientHello.",
         "F-109/rst"),
    near("NET-RESET", "TLS-ABORT", "An end as well, but only after the ClientHello.",
         "F-109/fin"),
    near("TLS-EXPIRED", "TLS-NAME", "Not valid, but by its name and not by its dates.",
         "F-105"),
    near("TLS-STORE", "TLS-SELF", "Not trusted, but nobody else issued it.",
         "F-103"),
    near("TLS-STORE", "TLS-CHAIN", "The issuer is missing here, but the other host sends it.",
         "F-106"),
    near("TLS-SELF", "TLS-STORE", "The root sent along is self-signed, the certificate is not.",
         "F-104/with-root"),
    near("TLS-SELF", "TLS-STORE", "Nothing but a leaf came, but another issued it.",
         "F-104/leaf-only"),
    near("TLS-NAME", "TLS-SELF", "The certificate cannot be checked, but it is for this host.",
         "F-103"),
    near("TLS-NAME", "TLS-EXPIRED", "The certificate is refused, but it is for this host.",
         "F-101/expired"),
    near("TLS-PLAIN", "TLS-ABORT", "No handshake either, but the refusal is an alert of TLS.",
         "F-109/alert"),
    near("TLS-PLAIN", "TLS-TIMEOUT", "No handshake either, but not one octet of clear text came.",
         "F-009"),
    near("REST-BODY", "REST-ERROR", "No organization in a 200, but the service says why.",
         "F-158"),
    near("REST-BODY", "SVC-ERROR", "No organization, but the status says that the service fails.",
         "F-155/502"),
    near("AUTH-UNKNOWN", "AUTH-REFUSED", "Both hosts refuse, but the stream knows the key.",
         "F-151", "F-201"),
    NearMiss(code="AUTH-UNKNOWN", case=ALL_ALIKE,
             why="The key is unknown, but no key gets the same answer: the cause stays open."),
    near("AUTH-UNKNOWN", "AUTH-REFUSED", "REST refuses the key, but the stream takes it.",
         "F-152/rest"),
    near("AUTH-SPLIT", "AUTHZ-WS", "Only the stream refuses, but it says 403: it knows the key.",
         "F-202/organization"),
    near("AUTH-SPLIT", "AUTH-REFUSED", "The two hosts differ, but REST is the one that refuses.",
         "F-152/rest"),
    near("AUTHZ-PARTNER-ORG", "AUTHZ-WS", "403 from the stream, but the key is no partner's.",
         "F-202/organization"),
    at("AUTHZ-PARTNER-ORG", HEALTHY, "A partner's key, but the client organization is named.",
       "--habit", "account=partner", "--org", "AAAAAAAAAAAAAAAAAAAAAA",
       arguments=("--partner-org", "AAAAAAAAAAAAAAAAAAAAAA", "--wait", "12")),
    near("AUTHZ-WS", "AUTHZ-PARTNER-ORG", "403 from the stream, but what lacks is x-auth-org.",
         "F-202/partner"),
    near("AUTHZ-WS", "AUTH-SPLIT", "Only the stream refuses, but it says 401.",
         "F-201"),
    near("HTTP-UPGRADE", "HTTP-PATH", "An HTTP answer in place of the 101, but it names the path.",
         "F-203/404"),
    near("HTTP-UPGRADE", "WS-PROTOCOL", "A broken 101, but one that does upgrade.",
         "F-211/wrong-accept"),
    near("HTTP-UPGRADE", HEALTHY, "The 101 looks odd, but every header says what it must.",
         "F-217/headers"),
    near("HTTP-PATH", "HTTP-UPGRADE", "A refusal of the 4xx class as well, but not of the path.",
         "F-203/400"),
    near("WS-DEAF", "STOMP-NUL", "CONNECTED is not seen, but its octets are there.",
         "F-401"),
    near("WS-DEAF", "HTTP-TIMEOUT", "Nothing comes in time, but it is the 101 that lacks.",
         "F-218"),
    near("WS-DEAF", HEALTHY, "The first octet is no CONNECTED, but CONNECTED follows.",
         "F-455"),
    near("STOMP-NUL", "WS-DEAF", "CONNECTED is not seen, and not one octet of it came.",
         "F-451"),
    near("STOMP-NUL", HEALTHY, "The last octet of each message is no NUL, but an EOL behind it.",
         "F-407/lf"),
    near("STOMP-ERROR", "STOMP-VERSION", "ERROR answers CONNECT, but it is about the version.",
         "F-458"),
    near("STOMP-ERROR", "SUB-REJECTED", "An ERROR as well, but it answers SUBSCRIBE.",
         "F-460"),
    near("STOMP-VERSION", "STOMP-ERROR", "ERROR answers CONNECT, but no version is in it.",
         "F-459"),
    near("STOMP-VERSION", HEALTHY, "CONNECTED says next to nothing, but it says 1.2.",
         "F-457"),
    near("SUB-REJECTED", "CLOSE-1008", "Closed by policy at the start, but not for SUBSCRIBE.",
         "F-353/1008:after=2events"),
    near("SUB-REJECTED", "STOMP-ERROR", "ERROR as well, but CONNECT was refused already.",
         "F-459"),
    at("SUB-QUIET", HEALTHY, "Nothing comes for a while, but then one event does.",
       "--events", "10/m", arguments=("--wait", "25")),
    at("SUB-QUIET", "HB-SERVER", "No event comes, but no heart-beat either.",
       "--events", "0", "--fault", "F-514", arguments=("--wait", "25")),
    at("SUB-QUIET", "CLOSE-1006", "No event comes, but because the stream ended.",
       "--events", "0", "--fault", "F-013", arguments=("--wait", "12")),
    at("HB-SERVER", "SUB-QUIET", "Nothing but heart-beats comes, and they are in time.",
       "--events", "0", arguments=("--wait", "25")),
    at("HB-SERVER", "SUB-QUIET", "No heart-beat comes, but none was agreed.",
       "--events", "0", "--habit", "heart_beat=0,0", arguments=("--wait", "12")),
    at("HB-SERVER", "SUB-QUIET", "Heart-beats come late, but within two intervals.",
       "--events", "0", "--fault", "F-502", arguments=("--wait", "45")),
    near("HB-SERVER", HEALTHY, "No heart-beat comes, but events take their place.",
         "F-505/message"),
    near("CLOSE-1006", "CLOSE-1001", "The stream ends early, but a Close says so.",
         "F-351/1001"),
    near("CLOSE-1006", "CLOSE-1005", "The stream ends early without a code, but by a Close.",
         "F-364"),
    near("CLOSE-1006", "WS-FRAME", "The server itself writes 1006, which no one may.",
         "F-359/1006"),
]  # fmt: skip


@pytest.mark.parametrize("miss", NEAR_MISSES, ids=str)
def test_tells_a_near_miss_apart(cases: Cases, miss: NearMiss) -> None:
    verdict = cases.done(miss.case).report["verdict"]

    assert verdict["code"] != miss.code, miss.why
    assert verdict["code"] == (None if miss.case.code == HEALTHY else miss.case.code), miss.why
    named = {other["code"] for other in verdict["ruled_out"]}
    assert verdict["code"] not in named


THE_CODES_OF_PART_4 = """
CFG-NOKEY AUTH-SHAPE NET-DNS NET-REJECT NET-PORT NET-RESET TLS-EXPIRED TLS-STORE TLS-SELF TLS-NAME
TLS-PLAIN REST-BODY AUTH-UNKNOWN AUTH-SPLIT AUTHZ-PARTNER-ORG AUTHZ-WS HTTP-UPGRADE HTTP-PATH
WS-DEAF STOMP-NUL STOMP-ERROR STOMP-VERSION SUB-REJECTED SUB-QUIET HB-SERVER CLOSE-1006
"""


def test_every_promised_code_has_a_near_miss() -> None:
    assert {miss.code for miss in NEAR_MISSES} == set(THE_CODES_OF_PART_4.split())


# ---- what is said beside the code ---------------------------------------------------------------


def test_a_frame_without_nul_is_the_servers(cases: Cases) -> None:
    report = cases.done(Case(faults=("F-401",), code="STOMP-NUL")).report
    found = [one for check in report["checks"] for one in check["findings"]]
    assert [(one["id"], one["side"]) for one in found] == [("STOMP-NUL", "server")]


def test_a_rest_fault_lets_the_stream_speak_for_itself(cases: Cases) -> None:
    report = cases.done(Case(faults=("F-152/rest",), code="AUTH-REFUSED")).report
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert (statuses["rest-token"], statuses["stomp-connected"]) == ("fail", "pass")
    assert "The stream itself works." in report["verdict"]["message"]


def test_the_first_failing_layer_is_the_verdict_and_what_needs_it_is_skipped(cases: Cases) -> None:
    report = cases.done(Case(faults=("F-005",), code="NET-REJECT")).report
    skipped = {one["id"]: one["blocked_by"] for one in report["checks"] if one["status"] == "skip"}
    assert skipped.pop("ws-handshake") == "tcp"
    assert set(skipped) == {
        "stomp-connected", "subscribe", "topic-delivery", "heartbeat", "events", "goodbye",
    }  # fmt: skip
    assert None not in skipped.values()


def test_what_cannot_be_told_apart_is_named(cases: Cases) -> None:
    verdict = cases.done(ALL_ALIKE).report["verdict"]
    assert verdict["certainty"] == "likely"
    assert set(verdict["also_possible"]) == {"AUTH-UNKNOWN", "AUTH-MISSING"}
    leaf = Case(faults=("F-104/leaf-only",), code="TLS-STORE", expects=True)
    verdict = cases.done(leaf).report["verdict"]
    assert (verdict["certainty"], verdict["also_possible"]) == ("likely", ["TLS-CHAIN"])


def test_a_status_code_alone_confirms_nothing_and_is_never_called_expired(cases: Cases) -> None:
    for case in every_fault():
        if case.code.startswith("AUTH") and case.faults[0] not in LATER:
            verdict = cases.done(case).report["verdict"]
            assert "expired" not in verdict["message"]
            if verdict["certainty"] == "confirmed":
                assert case.code in ("AUTH-UNKNOWN", "AUTH-SPLIT"), verdict
