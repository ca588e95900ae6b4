#include <rhombus/diagnosis/knowledge.hpp>

#include <gtest/gtest.h>

#include <set>

namespace rhombus::diagnosis {
namespace {

TEST(Knowledge, DescribesEachCodeOnceWithAFixOrAnExplanation) {
    std::set<std::string> codes;
    for (const auto& entry : all_knowledge()) {
        EXPECT_TRUE(codes.insert(entry.code).second) << entry.code << " stands twice";
        EXPECT_FALSE(entry.title.empty()) << entry.code;
        EXPECT_FALSE(entry.explanation.empty()) << entry.code;
        EXPECT_FALSE(entry.fixes.empty()) << entry.code;
    }
    EXPECT_GT(codes.size(), 90U);
}

TEST(Knowledge, GivesTheExitCodeOfTheTable) {
    EXPECT_EQ(knowledge_of("CFG-NOKEY").exit_code, 2);
    EXPECT_EQ(knowledge_of("NET-PORT").exit_code, 10);
    EXPECT_EQ(knowledge_of("TLS-SELF").exit_code, 11);
    EXPECT_EQ(knowledge_of("HTTP-PATH").exit_code, 12);
    EXPECT_EQ(knowledge_of("AUTH-SPLIT").exit_code, 13);
    EXPECT_EQ(knowledge_of("AUTHZ-WS").exit_code, 14);
    EXPECT_EQ(knowledge_of("RATE").exit_code, 15);
    EXPECT_EQ(knowledge_of("STOMP-NUL").exit_code, 20);
    EXPECT_EQ(knowledge_of("SUB-REJECTED").exit_code, 21);
    EXPECT_EQ(knowledge_of("HB-SERVER").exit_code, 22);
    EXPECT_EQ(knowledge_of("STOMP-MALFORMED").exit_code, 23);
    EXPECT_EQ(knowledge_of("SUB-QUIET").exit_code, 30);
}

TEST(Knowledge, FindsTheFamilyOfACloseCodeWithoutItsOwnEntry) {
    EXPECT_EQ(knowledge_of("CLOSE-1006").code, "CLOSE-1006");
    EXPECT_EQ(knowledge_of("CLOSE-4999").code, "CLOSE-4xxx");
    EXPECT_EQ(knowledge_of("CLOSE-3008").code, "CLOSE-3xxx");
    EXPECT_EQ(knowledge_of("CLOSE-1010").code, "CLOSE");
    EXPECT_EQ(knowledge_of("NO-SUCH").code, "UNKNOWN");
}

} // namespace
} // namespace rhombus::diagnosis
