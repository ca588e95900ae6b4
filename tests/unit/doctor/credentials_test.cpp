#include "credentials.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;

/// Status and body of one answer.
struct said {
    int status;
    std::string body{};
};

/// What both hosts say to the real key, a decoy and no key; nullopt: not asked.
struct row {
    const char* name;
    std::optional<said> rest_real, stream_real;
    std::optional<said> rest_decoy, rest_none, stream_decoy, stream_none;
    std::string organization_type;
    host judged;
    std::string code;
    certainty sureness;
    std::vector<std::string> also_possible;
};
void PrintTo(const row& one, std::ostream* out) {
    *out << one.name;
}

facts facts_of(const row& from) {
    facts known;
    const auto add = [&](host which, probe_key key, const std::optional<said>& answer) {
        if (answer)
            known.answers.push_back(
                {which, key, static_cast<std::uint16_t>(answer->status), answer->body, {}});
    };
    add(host::rest, probe_key::real, from.rest_real);
    add(host::stream, probe_key::real, from.stream_real);
    add(host::rest, probe_key::decoy, from.rest_decoy);
    add(host::rest, probe_key::none, from.rest_none);
    add(host::stream, probe_key::decoy, from.stream_decoy);
    add(host::stream, probe_key::none, from.stream_none);
    if (from.rest_real)
        known.organization_answer = rest::outcome{
            static_cast<std::uint16_t>(from.rest_real->status),
            R"({"org":{"uuid":"u","type":")" + from.organization_type + "\"}}", "", 0};
    return known;
}

class Refusal : public testing::TestWithParam<row> {};

TEST_P(Refusal, IsDecidedByTheTable) {
    judgement out;
    judge_refusal(facts_of(GetParam()), GetParam().judged, out);
    ASSERT_EQ(out.findings.size(), 1U);
    EXPECT_EQ(out.findings[0].id, GetParam().code);
    EXPECT_EQ(out.findings[0].certainty, GetParam().sureness);
    EXPECT_THAT(out.findings[0].also_possible, testing::ContainerEq(GetParam().also_possible));
    EXPECT_FALSE(out.findings[0].evidence.empty());
}

const said ok{200}, unauthorized{401, "a"}, forbidden{403, "b"}, up{101}, other{403, "c"};

INSTANTIATE_TEST_SUITE_P(Table, Refusal,
                         testing::Values(row{"SplitConfirmed",
                                             ok,
                                             unauthorized,
                                             ok,
                                             ok,
                                             forbidden,
                                             forbidden,
                                             "",
                                             host::stream,
                                             "AUTH-SPLIT",
                                             certainty::confirmed,
                                             {}},
                                         row{"SplitAllAlike",
                                             ok,
                                             unauthorized,
                                             ok,
                                             ok,
                                             unauthorized,
                                             unauthorized,
                                             "",
                                             host::stream,
                                             "AUTH-SPLIT",
                                             certainty::likely,
                                             {"AUTH-MISSING"}},
                                         row{"UnknownConfirmed",
                                             forbidden,
                                             forbidden,
                                             forbidden,
                                             unauthorized,
                                             forbidden,
                                             unauthorized,
                                             "",
                                             host::rest,
                                             "AUTH-UNKNOWN",
                                             certainty::confirmed,
                                             {}},
                                         row{"RefusedAllAlike",
                                             forbidden,
                                             forbidden,
                                             forbidden,
                                             forbidden,
                                             forbidden,
                                             forbidden,
                                             "",
                                             host::rest,
                                             "AUTH-REFUSED",
                                             certainty::likely,
                                             {"AUTH-UNKNOWN", "AUTH-MISSING"}},
                                         row{"RefusedOtherwiseThanADecoy",
                                             other,
                                             forbidden,
                                             forbidden,
                                             unauthorized,
                                             forbidden,
                                             unauthorized,
                                             "",
                                             host::rest,
                                             "AUTH-REFUSED",
                                             certainty::possible,
                                             {"AUTH-UNKNOWN"}},
                                         row{"RefusedNotCompared",
                                             forbidden,
                                             forbidden,
                                             {},
                                             {},
                                             {},
                                             {},
                                             "",
                                             host::rest,
                                             "AUTH-REFUSED",
                                             certainty::possible,
                                             {"AUTH-UNKNOWN"}},
                                         row{"PartnerWithoutTarget",
                                             ok,
                                             forbidden,
                                             {},
                                             {},
                                             {},
                                             {},
                                             "PARTNER",
                                             host::stream,
                                             "AUTHZ-PARTNER-ORG",
                                             certainty::likely,
                                             {}},
                                         row{"NoPermission",
                                             ok,
                                             forbidden,
                                             {},
                                             {},
                                             {},
                                             {},
                                             "",
                                             host::stream,
                                             "AUTHZ-WS",
                                             certainty::likely,
                                             {"AUTHZ-ORG", "AUTHZ-SCHEME"}},
                                         row{"RestRefusesStreamWorks",
                                             forbidden,
                                             up,
                                             {},
                                             {},
                                             {},
                                             {},
                                             "",
                                             host::rest,
                                             "AUTH-REFUSED",
                                             certainty::likely,
                                             {}},
                                         row{"BrokerRefuses",
                                             {},
                                             unauthorized,
                                             {},
                                             {},
                                             {},
                                             {},
                                             "",
                                             host::stream,
                                             "AUTH-REFUSED",
                                             certainty::possible,
                                             {}},
                                         row{"Intermediary",
                                             ok,
                                             said{403, "<!DOCTYPE html><title>Blocked"},
                                             {},
                                             {},
                                             {},
                                             {},
                                             "",
                                             host::stream,
                                             "HTTP-WAF",
                                             certainty::likely,
                                             {}}),
                         [](const auto& one) { return std::string{one.param.name}; });

} // namespace
} // namespace rhombus::doctor
