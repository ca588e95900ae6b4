"""The journal: valid, complete, in the golden transcript's format, without the key."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from wire import Mock, answer, post

TOP = Path(__file__).parents[2]
GOLDEN = TOP / "tests/golden/transcript.jsonl"
CANARY = "canary+KEY/with=odd%chars~0"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = (TOP / "docs/schema/transcript.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def test_the_golden_transcript_is_valid_and_rewritten_octet_for_octet(
    schema: jsonschema.Draft202012Validator,
) -> None:
    kinds = set()
    for line in GOLDEN.read_text("utf-8").splitlines():
        record = json.loads(line)
        schema.validate(record)
        kinds.add(record["kind"])
        assert json.dumps(record, ensure_ascii=False, separators=(",", ":")) == line
    assert kinds == set(schema.schema["properties"]["kind"]["enum"])


def test_a_journal_is_valid_and_its_keys_stand_in_the_golden_order(
    mock: Mock, schema: jsonschema.Draft202012Validator
) -> None:
    scene = mock.scenario("F-303:after=0s", plain=False)
    wire = scene.connect("rest")
    post(wire, scene.key)
    answer(wire)
    wire.close()
    wire = scene.subscribed()
    wire.frame()
    wire.client_frame(8, b"\x03\xef")
    wire.rest()
    wire.close()
    refused = scene.raw()
    refused.close()
    records = scene.end()
    order = {
        record["kind"]: list(record)
        for record in map(json.loads, GOLDEN.read_text("utf-8").splitlines())
    }
    for at, record in enumerate(records):
        schema.validate(record)
        assert record["n"] == at
        keys = [key for key in record if key not in ("text", "base64", "redacted")]
        wanted = [key for key in order[record["kind"]] if key in keys]
        assert keys == wanted
    assert records[0]["kind"] == "header"
    assert records[-1]["kind"] == "end"
    assert records[-1]["records"] == len(records)
    assert records[-1]["connections"] == 3
    assert [one["t_ns"] for one in records] == sorted(one["t_ns"] for one in records)


def test_a_receipt_proves_what_was_written_where(mock: Mock) -> None:
    scene = mock.scenario("F-351/1001:after=0s")
    wire = scene.connect()
    wire.write(scene.upgrade_request())
    before = len(wire.head())
    wire.text("CONNECT\naccept-version:1.2\n\n\0")
    before += 2 + len(wire.frame()[1])
    wire.text(f"SUBSCRIBE\nid:1\ndestination:/topic/change/{scene.org}\n\n\0")
    wire.frame()
    found = scene.wait_for("fault.injected")
    assert (found["at"], found["octets"], found["state"]) == (before, 4, "subscribed")
    assert found["parameters"] == {"after": "0s"}


def test_reads_and_masks_are_recorded(mock: Mock) -> None:
    scene = mock.scenario()
    wire = scene.upgraded()
    wire.write(b"\x89\x81\x01\x02\x03\x04\x40")
    assert wire.frame() == (0x8A, b"A")
    seen = scene.wait_for("ws.frame", opcode=9)
    assert (seen["mask"], seen["text"], seen["octets"], seen["read"]) == ("01020304", "A", 1, 2)


def test_a_key_is_found_nowhere(mock: Mock) -> None:
    scene = mock.scenario(api_key=CANARY)
    wire = scene.connect("rest")
    post(wire, CANARY)
    answer(wire)
    post(wire, "somebody-elses-real-key")
    answer(wire)
    wire = scene.connect()
    request = scene.upgrade_request().replace(
        b"?x-auth-scheme", b"?x-auth-apikey=" + quote(CANARY, safe="").encode() + b"&x-auth-scheme"
    )
    wire.write(request)
    wire.head()
    coded = base64.b64encode(CANARY.encode()).decode()
    shifted = base64.b64encode(b"u:" + CANARY.encode()).decode()
    wire.text(f"CONNECT\naccept-version:1.2\npasscode:{CANARY}\na:{coded}\nb:{shifted}\n\n\0")
    wire.frame()
    wire.client_frame(2, b"\xff" + CANARY.encode() + CANARY.encode().hex().encode())
    wire.client_frame(9)
    wire.frame()
    wire.close()
    records = scene.end()
    text = Path(scene.info["journal"]).read_text("utf-8")
    octets = b"".join(base64.b64decode(one["base64"]) for one in records if "base64" in one)
    for form in (CANARY, quote(CANARY, safe=""), coded, shifted[4:-4], CANARY.encode().hex()):
        assert form not in text
        assert form.encode() not in octets
    assert "somebody-elses-real-key" not in text
    assert "‹api-key›" in text
    assert "‹credential›" in text
    key_header = next(one for one in records if one["kind"] == "http.request")
    at = key_header["redacted"][0]
    assert at["octets"] == len(CANARY)
    assert at["at"].startswith("/headers/")
    assert records[0]["redacted"] == ["api-key", "credential"]
