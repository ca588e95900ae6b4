"""What a client is told of a mock server, as environment variables (seams: Client under test)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BUNDLES = (
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "WEBSOCKET_CLIENT_CA_BUNDLE",
)


def exports(described: Mapping[str, str]) -> dict[str, str]:
    """URLs, key, organization and, where it speaks TLS, CA of a scenario as described()."""
    variables = {
        "RHOMBUS_WS_URL": described["ws_url"],
        "RHOMBUS_API_URL": described["rest_url"],
        "RHOMBUS_ENDPOINT_URL": described["rest_url"],
        "RHOMBUS_API_KEY": described["api_key"],
        "RHOMBUS_ORG_UUID": described["org"],
    }
    if described["ws_url"].startswith("wss:"):
        variables |= dict.fromkeys(BUNDLES, described["ca_file"])
        variables["SSL_CERT_DIR"] = str(Path(described["ca_file"]).parent)
    return variables
