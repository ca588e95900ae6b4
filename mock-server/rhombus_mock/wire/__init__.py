"""The layers below STOMP, as octets: names, TCP, TLS, HTTP, WebSocket."""
