"""Habits of the server: for each a run that shows it, and one that comes near and does not."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import pytest
from receipts import FORBIDDEN
from wire import Mock, Scene, Wire, answer

from rhombus_mock.service.habits import Habits

PACKAGE = Path(__file__).parents[1]

UNAUTHORIZED = b'{"authenticationFailed": true}'
DECOY = "decoy-decoy-decoy-deco"
STRANGER = "AAAAAAAAAAAAAAAAAAAAAA"
GET_ORG = "/api/org/getOrgV2"
GET_CLIENTS = "/api/partner/getClientsV2"
GET_ALERTS = "/api/event/getPolicyAlertsV2"


def call(scene: Scene, path: str = GET_ORG, *, body: object = None, **headers: str) -> Any:
    """Status and JSON of a REST request with the good key, unless `key` says otherwise."""
    status, _, text = full_call(scene, path, body=body, **headers)
    return status, json.loads(text)


def full_call(
    scene: Scene, path: str = GET_ORG, *, body: object = None, **headers: str
) -> tuple[int, str, bytes]:
    """Status, head and body."""
    octets = json.dumps({} if body is None else body).encode()
    key = headers.pop("key", scene.key)
    lines = [f"POST {path} HTTP/1.1", "Host: mock", f"Content-Length: {len(octets)}"]
    lines += [f"x-auth-apikey: {key}"] if key else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    wire = scene.connect("rest")
    wire.write(("\r\n".join(lines) + "\r\n\r\n").encode() + octets)
    head, text = answer(wire)
    wire.close()
    return int(head.split(" ")[1]), head, text


def upgrade(
    scene: Scene, *lines: str, query: str = "", key: str | None = None
) -> tuple[int, bytes]:
    """Status and body of the answer to a handshake; the query gets this at its end."""
    request = scene.upgrade_request(*lines, key=key)
    wire = scene.connect()
    wire.write(request.replace(b"?x-auth-scheme=api-token", f"?{query}".encode()))
    head = wire.head()
    status = int(head.split(" ")[1])
    lengths = [line for line in head.split("\r\n") if line.startswith("Content-Length:")]
    body = wire.read(int(lengths[0].split(":")[1])) if lengths else b""
    wire.close()
    return status, body


def subscribed(scene: Scene) -> Wire:
    """A session whose SUBSCRIBE has arrived."""
    wire = scene.subscribed()
    text = f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{scene.org}\n\n\0"
    scene.wait_for("ws.frame", text=text)
    return wire


API_TOKEN = "x-auth-scheme=api-token"
PARTNER_TOKEN = "x-auth-scheme=partner-api-token"


def silent(wire: Wire, seconds: float = 0.3) -> bool:
    """Whether nothing comes, though the server is there: it answers a ping first."""
    wire.client_frame(9, b"1")
    assert wire.frame() == (0x8A, b"1")
    wire.stream.settimeout(seconds)
    try:
        wire.read(1)
    except TimeoutError:
        return True
    return False


# ---- no key and bad key -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habits", "none", "bad"),
    [
        ({}, (401, UNAUTHORIZED), (403, FORBIDDEN)),
        ({"bad_key": "401"}, (401, UNAUTHORIZED), (401, UNAUTHORIZED)),
        ({"no_key": "403"}, (403, FORBIDDEN), (403, FORBIDDEN)),
        ({"no_key": "403", "bad_key": "401"}, (403, FORBIDDEN), (401, UNAUTHORIZED)),
        ({"refusal_body": "same"}, (401, UNAUTHORIZED), (403, UNAUTHORIZED)),
        (
            {"refusal_body": "cause", "bad_key": "401"},
            (401, UNAUTHORIZED),
            (401, FORBIDDEN.replace(b'403,"error":"Forbidden"', b'401,"error":"Unauthorized"')),
        ),
        ({"refusal_body": "cause", "no_key": "403"}, (403, UNAUTHORIZED), (403, FORBIDDEN)),
    ],
)
def test_status_and_body_of_refusals(
    mock: Mock, habits: dict[str, str], none: tuple[int, bytes], bad: tuple[int, bytes]
) -> None:
    scene = mock.scenario(habits=habits)
    for key, wanted in (("", none), (DECOY, bad)):
        status, _, body = full_call(scene, key=key)
        assert (status, body) == wanted
        assert upgrade(scene, query=API_TOKEN, key=key) == wanted
    assert call(scene)[0] == 200
    assert upgrade(scene, query=API_TOKEN)[0] == 101


@pytest.mark.parametrize(
    ("region", "rest", "stream"),
    [("both", 200, 101), ("rest", 200, 401), ("ws", 401, 101), ("none", 401, 401)],
)
def test_region(mock: Mock, region: str, rest: int, stream: int) -> None:
    scene = mock.scenario(habits={"region": region, "other_region": "401"})
    assert full_call(scene)[0] == rest
    assert upgrade(scene, query=API_TOKEN)[0] == stream
    # A host of another region knows no key: the account's own is no better than any.
    assert full_call(scene, key=DECOY)[0] == (403 if rest == 200 else 401)
    assert upgrade(scene, query=API_TOKEN, key=DECOY)[0] == (403 if stream == 101 else 401)


def test_other_region_answers_403_unless_told_otherwise(mock: Mock) -> None:
    scene = mock.scenario(habits={"region": "rest"})
    assert upgrade(scene, query=API_TOKEN) == (403, FORBIDDEN)
    assert upgrade(scene, query=API_TOKEN, key="") == (401, UNAUTHORIZED)


# ---- scheme and partner -------------------------------------------------------------------------


def test_rest_scheme(mock: Mock) -> None:
    scene = mock.scenario(habits={"rest_scheme": "required"})
    assert full_call(scene)[0] == 403
    assert full_call(scene, x_auth_scheme="api-token")[0] == 200
    assert full_call(mock.scenario())[0] == 200


def test_ws_scheme(mock: Mock) -> None:
    assert upgrade(mock.scenario(habits={"ws_scheme": "optional"}))[0] == 101
    scene = mock.scenario()
    assert upgrade(scene, "x-auth-scheme: api-token") == (401, UNAUTHORIZED)
    assert upgrade(scene, query=API_TOKEN)[0] == 101


@pytest.mark.parametrize(
    ("account", "own", "wrong"),
    [
        ("organization", "api-token", "partner-api-token"),
        ("partner", "partner-api-token", "api-token"),
    ],
)
def test_scheme(mock: Mock, account: str, own: str, wrong: str) -> None:
    scene = mock.scenario(habits={"account": account, "scheme": "own"})
    target = f"x-auth-org: {scene.org}"
    assert full_call(scene, x_auth_scheme=own)[0] == 200
    assert full_call(scene, x_auth_scheme=wrong)[0] == 403
    assert upgrade(scene, target, query=f"x-auth-scheme={own}")[0] == 101
    assert upgrade(scene, target, query=f"x-auth-scheme={wrong}") == (403, FORBIDDEN)
    lenient = mock.scenario(habits={"account": account})
    assert full_call(lenient, x_auth_scheme=wrong)[0] == 200


def test_a_partner_and_its_clients(mock: Mock) -> None:
    scene = mock.scenario(habits={"account": "partner"})
    status, named = call(scene, x_auth_scheme="partner-api-token")
    own = named["org"]["uuid"]
    assert (status, named["org"]["type"]) == (200, "PARTNER")
    status, listed = call(scene, GET_CLIENTS, x_auth_scheme="partner-api-token")
    clients = [one["uuid"] for one in listed["clients"]]
    assert clients[0] == scene.org
    assert len({own, *clients}) == 3
    for client in clients:
        _, named = call(scene, x_auth_org=client)
        assert named["org"]["uuid"] == client
        assert "type" not in named["org"]
        assert upgrade(scene, f"x-auth-org: {client}", query=PARTNER_TOKEN)[0] == 101
    for no_client in (own, STRANGER):
        assert full_call(scene, x_auth_org=no_client)[0] == 403
        answered = upgrade(scene, f"x-auth-org: {no_client}", query=PARTNER_TOKEN)
        assert answered == (403, FORBIDDEN)
    assert upgrade(scene, query=PARTNER_TOKEN) == (403, FORBIDDEN)


def test_an_organization_has_no_clients_and_needs_no_target(mock: Mock) -> None:
    scene = mock.scenario()
    assert full_call(scene, GET_CLIENTS)[2] == FORBIDDEN
    assert "type" not in call(scene)[1]["org"]
    assert upgrade(scene, f"x-auth-org: {STRANGER}", query=API_TOKEN)[0] == 101


@pytest.mark.parametrize(
    ("org_in", "in_query", "in_header", "in_both"),
    [
        ("either", 101, 101, 101),
        ("query", 101, 403, 101),
        ("header", 403, 101, 101),
        ("both", 403, 403, 101),
    ],
)
def test_org_in(mock: Mock, org_in: str, in_query: int, in_header: int, in_both: int) -> None:
    scene = mock.scenario(habits={"account": "partner", "org_in": org_in})
    header, query = f"x-auth-org: {scene.org}", f"{PARTNER_TOKEN}&x-auth-org={scene.org}"
    assert upgrade(scene, query=query)[0] == in_query
    assert upgrade(scene, header, query=PARTNER_TOKEN)[0] == in_header
    assert upgrade(scene, header, query=query)[0] == in_both


# ---- rate limit and history ---------------------------------------------------------------------


def test_the_rate_limit_is_the_organizations(mock: Mock) -> None:
    scene = mock.scenario(habits={"rate_limit": "6/m"})
    other = mock.scenario(habits={"rate_limit": "6/m"})
    assert full_call(scene)[0] == 200
    status, head, body = full_call(scene, GET_ALERTS)  # on a connection of its own
    assert status == 429
    seconds = next(line for line in head.split("\r\n") if line.startswith("Retry-After: "))
    assert 5 <= int(seconds.split(" ")[1]) <= 10
    assert "\r\nContent-Type: text/plain\r\n" in head
    assert body == b"Too many api requests. Enhance your calm."
    assert full_call(scene, key=DECOY)[0] == 403  # draws nothing, and is told so
    assert full_call(other)[0] == 200
    assert upgrade(scene, query=API_TOKEN)[0] == 101


def test_the_bucket_fills_again(mock: Mock) -> None:
    scene = mock.scenario(habits={"rate_limit": "5/s"})
    begun = time.monotonic()
    statuses = [full_call(scene)[0] for _ in range(5)]
    assert statuses == [200] * 5
    refused = 0
    while full_call(scene)[0] == 429:
        refused += 1
    assert refused or time.monotonic() - begun > 0.2
    assert time.monotonic() - begun >= 0.19


def test_without_a_limit_nothing_is_counted(mock: Mock) -> None:
    scene = mock.scenario()
    assert [full_call(scene)[0] for _ in range(30)] == [200] * 30


def test_history_holds_the_alerts_of_the_streams(mock: Mock) -> None:
    scene = mock.scenario()
    assert call(scene, GET_ALERTS) == (200, {"policyAlerts": []})
    wire = subscribed(scene)
    sent = []
    for entity in ("POLICY_ALERT", "DOOR_STATE", "POLICY_ALERT"):
        stamp = 1_700_000_000_000 + len(sent) * 1000
        event = {"entity": entity, "entityUuid": f"e{len(sent)}", "type": "CREATE"}
        event["timestampMs"] = stamp  # type: ignore[assignment]
        mock.control("POST", f"/scenarios/{scene.id}/events", {"event": event, "count": 1})
        sent.append(json.loads(wire.message().split(b"\n\n", 1)[1][:-1]))
    _, listed = call(scene, GET_ALERTS)
    assert [one["uuid"] for one in listed["policyAlerts"]] == ["e2", "e0"]
    assert {one["orgUuid"] for one in listed["policyAlerts"]} == {scene.org}
    after = {"afterTimestampMs": 1_700_000_000_000}
    assert len(call(scene, GET_ALERTS, body=after)[1]["policyAlerts"]) == 1
    before = {"beforeTimestampMs": 1_700_000_000_000}
    assert call(scene, GET_ALERTS, body=before)[1]["policyAlerts"] == []
    assert len(call(scene, GET_ALERTS, body={"maxResults": 1})[1]["policyAlerts"]) == 1


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_history_looks_the_same_whatever_the_events_look_like(mock: Mock, shape: str) -> None:
    scene = mock.scenario(habits={"event_shape": shape, "events": "200/s"}, seed=3)
    wire = scene.subscribed()
    event: dict[str, Any] = {}
    while event.get("entity") != "POLICY_ALERT":
        event = json.loads(wire.message().split(b"\n\n", 1)[1][:-1])
    first = call(scene, GET_ALERTS)[1]["policyAlerts"][-1]
    details = event.get("update", event)
    assert first["uuid"] == event["entityUuid"]
    assert first["timestampMs"] == details["timestampMs"]
    assert first["policyAlertTriggers"] == details["policyAlertTriggers"]


def test_missed_alerts_are_in_no_stream(mock: Mock) -> None:
    scene = mock.scenario(habits={"history": "missed"})
    now = int(time.time() * 1000)
    window = {"afterTimestampMs": now - 30_000, "maxResults": 1000}
    _, listed = call(scene, GET_ALERTS, body=window)
    assert 28 <= len(listed["policyAlerts"]) <= 35
    again = call(scene, GET_ALERTS, body=window)[1]["policyAlerts"]
    assert listed["policyAlerts"][0] in again
    assert silent(scene.subscribed())


def test_history_can_be_empty(mock: Mock) -> None:
    scene = mock.scenario(habits={"history": "none", "events": "100/s"})
    wire = scene.subscribed()
    while b"POLICY_ALERT" not in wire.message():
        pass
    assert call(scene, GET_ALERTS) == (200, {"policyAlerts": []})


# ---- spelling -----------------------------------------------------------------------------------


@pytest.mark.parametrize("org_form", ["ruuid", "hex"])
@pytest.mark.parametrize("topic_form", ["same", "other", "either"])
def test_spelling_of_organization_and_topic(mock: Mock, org_form: str, topic_form: str) -> None:
    more = {"org": STRANGER}
    scene = mock.scenario(
        habits={"org_form": org_form, "topic_form": topic_form, "events": "100/s"}, **more
    )
    forms = {"ruuid": STRANGER, "hex": "00000000-0000-0000-0000-000000000000"}
    named = call(scene)[1]["org"]["uuid"]
    assert named == scene.org == forms.pop(org_form)
    (other,) = forms.values()
    for spelling, wanted in ((named, ("same", "either")), (other, ("other", "either"))):
        wire = scene.connected()
        wire.text(f"SUBSCRIBE\nid:sub-0\ndestination:/topic/change/{spelling}\n\n\0")
        if topic_form in wanted:
            head = wire.message().split(b"\n\n", 1)[0]
            assert f"\ndestination:/topic/change/{spelling}\n".encode() in head
        else:
            assert silent(wire)


# ---- STOMP --------------------------------------------------------------------------------------


def test_disconnect_quiet(mock: Mock) -> None:
    wire = mock.scenario(habits={"disconnect": "quiet"}).connected()
    wire.text("DISCONNECT\n\n\0")
    assert silent(wire)
    wire = mock.scenario().connected()
    wire.text("DISCONNECT\n\n\0")
    assert wire.frame()[1].startswith(b"ERROR\nmessage:Session closed.\n")


def test_a_silent_client_can_be_kept(mock: Mock) -> None:
    kept = mock.scenario(habits={"heart_beat": "0,100", "silent_client": "kept"})
    dropped = mock.scenario(habits={"heart_beat": "0,100"})
    wire = kept.connected("100,0")
    assert dropped.connected("100,0").frame()[1].startswith(b"ERROR\nmessage:Session closed.\n")
    assert silent(wire)


def test_a_client_that_promised_no_beats_is_never_dropped(mock: Mock) -> None:
    assert silent(mock.scenario(habits={"heart_beat": "0,100"}).connected("0,0"), 0.6)


CONNECT = "CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n"


def test_an_unterminated_CONNECT_is_buffered_until_the_NUL_comes(mock: Mock) -> None:
    wire = mock.scenario().upgraded()
    wire.text(CONNECT)
    assert silent(wire)
    wire.stream.settimeout(10)
    wire.text("\0")
    assert wire.frame()[1].startswith(b"CONNECTED\n")


def test_an_unterminated_CONNECT_can_be_refused(mock: Mock) -> None:
    scene = mock.scenario(habits={"unterminated": "refused"})
    wire = scene.upgraded()
    wire.text(CONNECT)
    assert wire.frame()[1].startswith(b"ERROR\nmessage:the message ends inside a frame\n")
    assert wire.frame() == (0x88, b"\x03\xea")
    wire = scene.upgraded()
    wire.text(CONNECT + "\0\n")  # an EOL behind the frame is no beginning of another
    assert wire.frame()[1].startswith(b"CONNECTED\n")
    assert silent(wire)


@pytest.mark.parametrize("header", ["id:sub-9", "destination:/topic/change/{org}"])
def test_bad_subscribe(mock: Mock, header: str) -> None:
    strict, lenient = mock.scenario(), mock.scenario(habits={"bad_subscribe": "ignored"})
    wire = strict.connected()
    wire.text(f"SUBSCRIBE\n{header.format(org=strict.org)}\n\n\0")
    assert wire.frame()[1].startswith(b"ERROR\nmessage:SUBSCRIBE needs id and destination\n")
    assert wire.frame() == (0x88, b"\x03\xea")
    wire = subscribed(lenient)
    wire.text(f"SUBSCRIBE\n{header.format(org=lenient.org)}\n\n\0")
    assert silent(wire)
    wire.stream.settimeout(10)
    mock.control("POST", f"/scenarios/{lenient.id}/events", {"count": 1})
    assert b"\nsubscription:sub-0\n" in wire.message()


def test_an_unused_session_gets_4500(mock: Mock) -> None:
    scene = mock.scenario(habits={"time_to_first_message": "300ms"})
    used = scene.connected()
    begun = time.monotonic()
    unused = scene.upgraded()
    unused.client_frame(9, b"1")  # a ping is no STOMP
    assert unused.frame() == (0x8A, b"1")
    assert unused.frame() == (0x88, b"\x11\x94")
    assert time.monotonic() - begun >= 0.29
    assert silent(used)
    assert silent(mock.scenario().upgraded(), 0.6)


PIECE = b"x" * 2**19
TOO_SLOW = b"\x11\x94Failed to send message within the configured send limit"


def test_a_session_that_reads_nothing_gets_4500(mock: Mock) -> None:
    scene = mock.scenario(habits={"send_time_limit": "300ms"})
    wire = flooded(mock, scene)
    dropped = scene.wait_for("drop", reason="client does not read")["count"]
    whole = 0
    while (frame := wire.frame())[0] == 0x81:
        assert frame[1].endswith(PIECE + b"\0")
        whole += 1
    assert frame == (0x88, TOO_SLOW)
    assert whole + dropped == 80
    assert dropped > 0


def test_a_session_that_reads_in_time_gets_everything(mock: Mock) -> None:
    scene = mock.scenario(habits={"send_time_limit": "5s"})
    wire = flooded(mock, scene)
    for _ in range(80):
        assert wire.frame()[1].endswith(PIECE + b"\0")
    assert silent(wire)


def test_a_session_that_never_reads_again_is_ended_all_the_same(mock: Mock) -> None:
    scene = mock.scenario(habits={"send_time_limit": "300ms"})
    wire = flooded(mock, scene)
    scene.wait_for("drop")
    scene.wait_for("tcp.closed", by="rst", **{"from": "server"})
    wire.close()


def flooded(mock: Mock, scene: Scene) -> Wire:
    """A session to which 40 MiB of events were said, none of them read yet."""
    wire = subscribed(scene)
    said = {"event": PIECE.decode(), "count": 80}
    assert mock.control("POST", f"/scenarios/{scene.id}/events", said)[0] == 200
    return wire


# ---- the list -----------------------------------------------------------------------------------


def test_every_habit_stands_in_the_schema_and_in_the_readme() -> None:
    names = [one.name for one in dataclasses.fields(Habits)]
    described = json.loads((PACKAGE / "rhombus_mock/script/schema.json").read_text("utf-8"))
    assert list(described["properties"]["server"]["properties"]) == names
    readme = (PACKAGE / "README.md").read_text("utf-8")
    assert [name for name in names if f"`{name}`" not in readme] == []
