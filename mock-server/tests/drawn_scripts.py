"""Random scenario files that are valid by how they are made, and clients that behave at random."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from rhombus_mock.connections.framing import FRAMINGS, LAYOUTS
from rhombus_mock.faults import catalogue

Value = dict[str, Any]

words = st.text(st.sampled_from("abcxyz019 :\\-_/.üß€'\"{}[]#,&*"), max_size=12)
scalars = words | st.integers(-9, 10**12) | st.booleans()
known = st.sampled_from(["${org}", "${canary_key}", "${heart_beat}", "$${org}"])
early = words | known | st.builds("{}{}".format, words, known)
"""Texts where nothing was saved yet."""
texts = early | st.just("${sub}") | st.builds("{}${{sub}}".format, words)
names = st.text(st.sampled_from("abcdefgh-"), min_size=1, max_size=8)
headers = st.dictionaries(names, texts | scalars, max_size=3)
octets = st.lists(
    st.sampled_from([r"\0", r"\n", r"\r", r"\\", r"\xff", r"\x88\x00", "MESSAGE", "a", ":", "ü"]),
    max_size=8,
).map("".join)
short = st.integers(0, 40).map("{}ms".format)
intervals = st.sampled_from(["10ms", "hb.server", "0.5 * hb.client + 5ms"])


def faults(states: tuple[str, ...], *others: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Spelling without options, and options, of faults that need the client in these states;
    families may be left out."""
    return st.sampled_from(
        [
            f"{one['id']}/{variant['name']}".rstrip("/")
            for one in catalogue.document()["faults"]
            if one["receipt"]["state"] in states
            and one["id"] not in TOO_LARGE
            and one["family"] not in others
            for variant in one["variants"] or [{"name": ""}]
        ]
    ).flatmap(lambda name: st.tuples(st.just(name), _options(name)))


TOO_LARGE = ("F-161", "F-219", "F-417", "F-428", "F-615", "F-616")
"""Their octets are their subject: nothing small is left of them."""


@st.composite
def _options(draw: st.DrawFn, name: str) -> dict[str, Any]:
    entry = catalogue.entry_of(name.partition("/")[0])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "count": st.integers(0, 12),
        "duration": short,
        "factor": st.sampled_from([1, 2, "0.1", "1.9"]),
    }
    given: dict[str, Any] = {}
    for one in entry["parameters"]:
        kind = kinds.get(one["type"])
        if "choices" in one:
            # A fault of a step is the WebSocket host's.
            choices = [word for word in one["choices"] if word != "rest"]
            kind = st.sampled_from(choices)
        if "minimum" in one:
            kind = st.just(one["minimum"])
        if kind is not None and draw(st.integers(0, 3)):
            given[one["name"]] = draw(kind)
    if draw(st.booleans()):
        given["after"] = draw(short | st.just("2frames") | st.just("1events"))
    if draw(st.booleans()):
        given["times"] = draw(st.integers(1, 3))
    if draw(st.booleans()):
        given["jitter"] = draw(short)
    return given


conditions = st.fixed_dictionaries(
    {"frame": st.sampled_from(["SEND", "SUBSCRIBE", "CONNECT", "DISCONNECT", "ACK"])},
    optional={
        "headers": headers,
        "matches": st.just({"id": ".*"}),
        "has": st.lists(names, max_size=2),
        "lacks": st.lists(names, max_size=2),
    },
)
until = st.sampled_from(["close", "beat", "connection-9"]) | conditions
closes = st.integers(0, 65535) | st.fixed_dictionaries(
    {"code": st.integers(0, 65535)}, optional={"reason": words}
)
instead = st.just("go-on") | st.builds(lambda one: {"close": one}, closes)
awaits = conditions.flatmap(
    lambda one: st.fixed_dictionaries(
        {key: st.just(value) for key, value in one.items()} | {"within": short, "else": instead}
    )
)
sends = st.one_of(
    st.fixed_dictionaries(
        {"frame": st.sampled_from(["MESSAGE", "RECEIPT", "CONNECTED", "ERROR"])},
        optional={
            "headers": headers,
            "body": octets,
            "layout": st.sampled_from(LAYOUTS),
            "after": short,
        },
    ),
    st.fixed_dictionaries(
        {"event": st.dictionaries(names, texts | scalars, max_size=3)},
        optional={"subscription": texts, "layout": st.sampled_from(LAYOUTS), "after": short},
    ),
    st.fixed_dictionaries(
        {"raw": octets}, optional={"as": st.sampled_from(["text", "binary", "stream"])}
    ),
)
flows = st.fixed_dictionaries(
    {"count": st.integers(2, 40)},
    optional={
        "rate": st.just("500/s"),
        "event": st.dictionaries(names, texts, max_size=2),
        "entities": st.dictionaries(names, st.integers(1, 5), min_size=1, max_size=3),
        "octets": st.integers(2, 3000) | st.just({"min": 5, "max": 500}),
        "gaps": st.just([2]) | st.fixed_dictionaries({"every": st.integers(1, 4)}),
        "duplicates": st.just([1]) | st.fixed_dictionaries({"every": st.integers(1, 4)}),
        "order": st.sampled_from(["kept", "shuffled", [2, 1], [3, 1, 2]]),
    },
) | st.builds(
    lambda more: {"rate": "200/s", **more},
    st.fixed_dictionaries(
        {}, optional={"burst": st.integers(1, 9), "for": short, "event": st.just({"a": 1})}
    ),
)
beats = st.just("none") | st.fixed_dictionaries({"every": intervals}, optional={"for": short})
holds = short | st.builds(lambda what, most: {"until": what, "at_most": most}, until, short)


def _fault_steps(states: tuple[str, ...]) -> st.SearchStrategy[Value]:
    return (
        faults(states, "rest")
        .filter(lambda one: catalogue.parse(one[0]).create().begins != "listening")
        .map(lambda one: {"fault": {"id": one[0], **one[1]}})
    )


anywhere = st.one_of(
    awaits.map(lambda one: {"await": one}),
    sends.map(lambda one: {"send": one}),
    beats.map(lambda one: {"beats": one}),
    holds.map(lambda one: {"hold": one}),
    flows.map(lambda one: {"events": one}),
    _fault_steps(("subscribed",)),
)
_SUBSCRIBED: Value = {
    "await": {"frame": "SUBSCRIBE", "save": {"sub": "id"}, "within": "40ms"},
}
greetings = st.fixed_dictionaries(
    {"until": st.sampled_from(["connected", "subscribed"])},
    optional={
        "headers": st.dictionaries(names, early | scalars, max_size=3),
        "without": st.lists(names, max_size=2),
    },
)
openings = st.one_of(
    st.just([{"handshake": "normal"}]),
    greetings.map(lambda one: [{"handshake": one}, _SUBSCRIBED]),
    st.just(
        [
            {"await": {"upgrade": "/websocket"}},
            {"send": {"frame": "CONNECTED", "headers": {"version": "1.2", "heart-beat": "20,20"}}},
            _SUBSCRIBED,
        ]
    ),
)
endings = st.one_of(
    st.just([]),
    closes.map(lambda one: [{"close": one}]),
    st.sampled_from(["fin", "rst"]).map(lambda one: [{"abort": one}]),
)


@st.composite
def _steps(draw: st.DrawFn) -> list[Value]:
    early = draw(st.lists(_fault_steps(("accepted", "tls", "upgraded", "connected")), max_size=2))
    events = [{"events": {"count": 3}}]
    middle = draw(st.lists(anywhere, max_size=4))
    named = [*early, *draw(openings), *middle, *events, *draw(endings)]
    for at, step in enumerate(named):
        if "fault" in step:
            step["fault"]["as"] = f"fault-{at}"
    return named


blocks = st.tuples(_steps(), _steps()).map(
    lambda both: [
        {"match": "first", "steps": both[0]},
        {"match": "later", "steps": both[1]},
    ]
)
replies = st.fixed_dictionaries(
    {"status": st.integers(200, 599)},
    optional={
        "headers": st.dictionaries(names, early | scalars, max_size=3),
        "without": st.just(["Content-Length"]),
        "after": short,
        "drip": st.just({"octets": 7, "every": "1ms"}),
        "end": st.sampled_from(["fin", "rst"]),
    },
).flatmap(
    lambda one: st.one_of(
        st.just(one),
        octets.map(lambda body: {**one, "body": body}),
        st.recursive(early | scalars, lambda inner: st.dictionaries(names, inner, max_size=2)).map(
            lambda value: {**one, "json": value}
        ),
        octets.map(lambda raw: {"status": one["status"], "raw": raw}),
    )
)
routes = replies.map(lambda one: [{"request": "POST /api/org/getOrgV2", "times": 1, "reply": one}])


@st.composite
def files(draw: st.DrawFn) -> Value:
    """A whole file, as a value."""
    listed = draw(st.lists(faults(("listening", "accepted", "tls", "upgraded")), max_size=1))
    file: Value = {
        "format": 1,
        "id": "random/file",
        "title": "t",
        "expect": [{"requirement": "R-101"}],
        "seed": draw(st.integers(0, 1000)),
        "scheme": draw(st.sampled_from(["ws", "ws", "wss"])),
        "server": {"events": draw(st.sampled_from([0, "100/s"])), "heart_beat": "20,20"},
        "permute": {"framing": [draw(st.sampled_from(FRAMINGS))]},
    }
    for name, strategy in (("connections", blocks), ("rest", routes)):
        if draw(st.integers(0, 4)):
            file[name] = draw(strategy)
    if listed:
        name, options = listed[0]
        spelt = ",".join(f"{key}={value}" for key, value in options.items())
        file["faults"] = [f"{name}:{spelt}" if spelt else name]
    if any(catalogue.parse(name).create().only_tls for name in _named_faults(file)):
        file["scheme"] = "wss"
    return file


def _named_faults(file: Value) -> list[str]:
    steps = [step for block in file.get("connections", []) for step in block["steps"]]
    return [
        *(step["fault"]["id"] for step in steps if "fault" in step),
        *file.get("faults", []),
    ]


def dumped(value: Any) -> str:
    """YAML that reads as that value: one flow collection, texts in single quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{dumped(k)}: {dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(dumped(one) for one in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value)


behaviours = st.lists(
    st.sampled_from(
        [
            *("upgrade", "connect", "subscribe", "read", "read"),
            *("upgrade", "connect", "subscribe", "read", "read"),
            *("beat", "ping", "send", "close", "disconnect", "garbage", "half", "post", "fin"),
        ]
    ),
    max_size=9,
)
_GOOD = ["upgrade", "read", "connect", "read", "subscribe", "read"]
clients = st.lists(
    st.sampled_from(["ws", "ws", "ws", "ws", "rest"]).flatmap(
        lambda host: st.tuples(
            st.just(host),
            st.one_of(
                *[behaviours.map(lambda more: [*_GOOD, *more, "read"])] * 3,
                behaviours.map(lambda more: ["post", "read", *more]),
                behaviours,
            ),
        )
    ),
    min_size=1,
    max_size=3,
)
"""For each connection: to which host, and what is done on it."""
