#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <scenario/client_file.hpp>
#include <scenario/input_error.hpp>

namespace rhombus::scenario {
namespace {

using testing::ElementsAre;

const std::filesystem::path data = RHOMBUS_SOURCE_DIR "/tests/data/scenario";

std::string refusal_of(const std::string& client) {
    try {
        static_cast<void>(find_client(client, data));
    } catch (const input_error& wrong) {
        return wrong.what();
    }
    return "accepted";
}

TEST(ClientFile, SaysHowToStartAClientAndWhatItOffers) {
    const auto client = find_client((data / "client_full.yaml").string(), data);
    EXPECT_EQ(client.name, "someone");
    EXPECT_THAT(client.argv, ElementsAre("/bin/cat", (data / "beside").string(), "--verbose"));
    EXPECT_EQ(client.traits.kind, rules::client_kind::library);
    EXPECT_EQ(client.traits.api, rules::client_api::whatwg);
    EXPECT_EQ(client.traits.level, rules::client_level::l1);
    EXPECT_EQ(client.traits.reconnect, rules::offered::no);
    EXPECT_FALSE(client.asks_for_organization);
    EXPECT_EQ(client.handler, setting::settable);
    EXPECT_EQ(client.memory_budget_mib, 64U);
}

TEST(ClientFile, AnUnknownKeyIsNamedWithFileAndLine) {
    const auto path = (data / "client_unknown_key.yaml").string();
    EXPECT_EQ(refusal_of(path), path + ":3: levle: unknown key; did you mean level?");
}

TEST(ClientFile, AWrongWordIsNamedWithWhatWasExpected) {
    const auto path = (data / "client_wrong_kind.yaml").string();
    EXPECT_EQ(refusal_of(path),
              path + ":3: kind: expected one of program, library; not \"script\"");
}

TEST(ClientFile, AMissingCommandIsNamed) {
    const auto path = (data / "client_without_argv.yaml").string();
    EXPECT_EQ(refusal_of(path), path + ":1: argv: expected a list of words");
}

TEST(ClientFile, AProgramThatIsNotThereIsNamed) {
    EXPECT_EQ(refusal_of("/nonexistent/client --fast"),
              "--client /nonexistent/client --fast: /nonexistent/client is neither a client under "
              "clients/ nor a program that can be executed");
}

TEST(CommandLine, IsTakenApartWithoutAShell) {
    EXPECT_THAT(words_of("node 'my file.mjs' \"a b\" c\\ d $HOME ''"),
                ElementsAre("node", "my file.mjs", "a b", "c d", "$HOME", ""));
    EXPECT_THAT(words_of("  "), ElementsAre());
    EXPECT_THROW(static_cast<void>(words_of("node 'x")), input_error);
}

} // namespace
} // namespace rhombus::scenario
