#pragma once

#include <rhombus/transcript/record.hpp>

#include <concepts>
#include <type_traits>

/// The members of every kind, named and ordered as on disk; the one place that knows both.
/// A visitor is called with a name and the member; `nullable` is text that is null when empty,
/// `json_text` is one JSON object, `optional` is left out when absent, `flag` is a word that stands
/// for true.
namespace rhombus::transcript {

template <class T, class Kind>
concept either = std::same_as<std::remove_const_t<T>, Kind>;

template <class Visitor>
void visit_fields(Visitor& visit, either<header> auto& x) {
    visit("schema", x.schema);
    visit("tool", x.tool);
    visit("version", x.version);
    visit("vantage", x.vantage);
    visit("system", x.system);
    visit("redacted", x.redacted);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<dns_resolved> auto& x) {
    visit("host", x.host);
    visit("addresses", x.addresses);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<dns_failed> auto& x) {
    visit("host", x.host);
    visit("error", x.error);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<tcp_connecting> auto& x) {
    visit("address", x.address);
    visit("port", x.port);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<tcp_connected> auto& x) {
    visit("address", x.address);
    visit("port", x.port);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<tcp_failed> auto& x) {
    visit("address", x.address);
    visit("port", x.port);
    visit("error", x.error);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<tcp_closed> auto& x) {
    visit("address", x.address);
    visit("port", x.port);
    visit("by", x.by);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<proxy_request> auto& x) {
    visit("url", x.url);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<proxy_response> auto& x) {
    visit("url", x.url);
    visit("status", x.status);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<certificate> auto& x) {
    visit("subject", x.subject);
    visit("issuer", x.issuer);
    visit("names", x.names);
    visit("not_before", x.not_before);
    visit("not_after", x.not_after);
    visit("sha256", x.sha256);
}
template <class Visitor>
void visit_tls_fields(Visitor& visit, either<tls_facts> auto& x) {
    visit.nullable("version", x.version);
    visit.nullable("cipher", x.cipher);
    visit.nullable("alpn", x.alpn);
    visit("chain", x.chain);
    visit("defects", x.defects);
}
template <class Visitor>
void visit_fields(Visitor& visit, tls_established& x) {
    visit_tls_fields(visit, static_cast<tls_facts&>(x));
}
template <class Visitor>
void visit_fields(Visitor& visit, const tls_established& x) {
    visit_tls_fields(visit, static_cast<const tls_facts&>(x));
}
template <class Visitor>
void visit_fields(Visitor& visit, tls_failed& x) {
    visit_tls_fields(visit, static_cast<tls_facts&>(x));
    visit.nullable("alert", x.alert);
}
template <class Visitor>
void visit_fields(Visitor& visit, const tls_failed& x) {
    visit_tls_fields(visit, static_cast<const tls_facts&>(x));
    visit.nullable("alert", x.alert);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<http_request> auto& x) {
    visit("purpose", x.purpose);
    visit("method", x.method);
    visit("target", x.target);
    visit("headers", x.headers);
    visit("body", x.body);
    visit("body_octets", x.body_octets);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<http_response> auto& x) {
    visit("purpose", x.purpose);
    visit("status", x.status);
    visit("headers", x.headers);
    visit("body", x.body);
    visit("body_octets", x.body_octets);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<ws_frame> auto& x) {
    visit("fin", x.fin);
    visit("rsv", x.rsv);
    visit("opcode", x.opcode);
    visit("mask", x.mask);
    visit("octets", x.octets);
    visit("read", x.read);
    visit.payload(x.payload);
    visit.flag("fragments", "unknown", x.fragments_unknown);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<ws_raw> auto& x) {
    visit.base64("base64", x.octets);
    visit("rule", x.rule);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<process_started> auto& x) {
    visit("argv0", x.argv0);
    visit("pid", x.pid);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<process_output> auto& x) {
    visit("stream", x.stream);
    visit("line", x.line);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<process_sample> auto& x) {
    visit("rss_octets", x.rss_octets);
    visit("cpu_ms", x.cpu_ms);
    visit("fds", x.fds);
    visit("threads", x.threads);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<process_exited> auto& x) {
    visit.optional("code", x.code);
    visit.optional("signal", x.signal);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<client_event> auto& x) {
    visit.json_text("event", x.event);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<fault_armed> auto& x) {
    visit("fault", x.fault);
    visit.json_text("parameters", x.parameters);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<fault_injected> auto& x) {
    visit("fault", x.fault);
    visit.json_text("parameters", x.parameters);
    visit("octets", x.octets);
    visit("sha256", x.sha256);
    visit("at", x.at);
    visit("state", x.state);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<clock_step> auto& x) {
    visit("delta_ns", x.delta_ns);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<drop> auto& x) {
    visit("count", x.count);
    visit("reason", x.reason);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<note> auto& x) {
    visit("text", x.text);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<end> auto& x) {
    visit("records", x.records);
    visit("connections", x.connections);
    visit("dropped", x.dropped);
    visit("reason", x.reason);
}
template <class Visitor>
void visit_fields(Visitor& visit, either<redaction> auto& x) {
    visit("at", x.at);
    visit("octets", x.octets);
}

} // namespace rhombus::transcript
