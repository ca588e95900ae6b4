#include <rhombus/session/event_queue.hpp>

#include <gmock/gmock.h>

#include <deque>
#include <ostream>
#include <random>

namespace rhombus::session {

void PrintTo(const queued_event& one, std::ostream* out) {
    *out << '"' << one.text << "\" after " << one.dropped_before;
}
void PrintTo(const queue_counts& all, std::ostream* out) {
    *out << all.accepted << " accepted, " << all.delivered << " delivered, " << all.dropped
         << " dropped, most " << all.most_events << " events, " << all.most_octets << " octets";
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr queue_limits four{.events = 4, .octets = 16, .reserved = 2};

std::vector<queued_event> drained(event_queue& subject) {
    std::vector<queued_event> all;
    queued_event one;
    while (subject.pop(one))
        all.push_back(one);
    return all;
}

void fill(event_queue& subject, std::initializer_list<std::string_view> events) {
    for (const auto one : events)
        subject.push(one);
}

TEST(EventQueue, R507KeepsTheOrderOfArrival) {
    event_queue subject{four, when_full::drop_newest};
    fill(subject, {"a", "", "ccc"});
    EXPECT_EQ(subject.size(), 3U);
    EXPECT_EQ(subject.octets(), 4U);
    EXPECT_THAT(drained(subject),
                ElementsAre(queued_event{"a"}, queued_event{""}, queued_event{"ccc"}));
    EXPECT_THAT(drained(subject), IsEmpty());
    EXPECT_EQ(subject.counts(), (queue_counts{3, 3, 0, 3, 4}));
}

TEST(EventQueue, TakesAsManyAsItsLimitSays) {
    event_queue by_number{four, when_full::drop_newest};
    fill(by_number, {"1", "2", "3"});
    EXPECT_EQ(by_number.push("4"), admission::taken);
    EXPECT_TRUE(by_number.wants_more());
    EXPECT_EQ(by_number.push("5"), admission::dropped);
    EXPECT_FALSE(by_number.wants_more());

    event_queue by_octets{four, when_full::drop_newest};
    by_octets.push("0123456789");
    EXPECT_EQ(by_octets.push("abcdef"), admission::taken);
    EXPECT_EQ(by_octets.push("g"), admission::dropped);
    EXPECT_EQ(by_octets.counts(), (queue_counts{2, 0, 1, 2, 16}));
}

TEST(EventQueue, DropsAnEventThatCouldNeverFitWhateverThePolicy) {
    for (const auto policy :
         {when_full::drop_oldest, when_full::drop_newest, when_full::hold_back}) {
        event_queue subject{four, policy};
        subject.push("a");
        EXPECT_EQ(subject.push(std::string(17, 'x')), admission::dropped);
        EXPECT_EQ(subject.untold(), 1U);
        EXPECT_EQ(subject.push("b"), admission::taken);
        EXPECT_THAT(drained(subject), ElementsAre(queued_event{"a"}, queued_event{"b", 1}));
        EXPECT_EQ(subject.push(std::string(16, 'x')), admission::taken);
    }
}

TEST(EventQueue, DropNewestLosesOneRunUntilItIsHalfEmpty) {
    event_queue subject{four, when_full::drop_newest};
    fill(subject, {"1", "2", "3", "4", "5"});
    queued_event one;
    ASSERT_TRUE(subject.pop(one));
    EXPECT_EQ(subject.push("6"), admission::dropped); // three wait
    ASSERT_TRUE(subject.pop(one));
    EXPECT_TRUE(subject.wants_more());
    EXPECT_EQ(subject.push("7"), admission::taken); // two wait
    EXPECT_EQ(subject.untold(), 0U);
    EXPECT_THAT(drained(subject),
                ElementsAre(queued_event{"3"}, queued_event{"4"}, queued_event{"7", 2}));
    EXPECT_EQ(subject.counts(), (queue_counts{5, 5, 2, 4, 4}));
}

TEST(EventQueue, IsHalfEmptyInOctetsToo) {
    event_queue subject{four, when_full::drop_newest};
    fill(subject, {"aa", "0123456", "1234567", "x"});
    queued_event one;
    ASSERT_TRUE(subject.pop(one));
    EXPECT_EQ(subject.octets(), 14U);
    EXPECT_EQ(subject.push("x"), admission::dropped);
    ASSERT_TRUE(subject.pop(one));
    EXPECT_EQ(subject.octets(), 7U);
    EXPECT_EQ(subject.push("x"), admission::taken);
}

TEST(EventQueue, ExactlyHalfIsHalfEmpty) {
    event_queue subject{{.events = 8, .octets = 16, .reserved = 0}, when_full::drop_newest};
    fill(subject, {"12345678", "9", "abcdefg", "x"});
    queued_event one;
    ASSERT_TRUE(subject.pop(one));
    EXPECT_EQ(subject.octets(), 8U);
    EXPECT_TRUE(subject.wants_more());
}

TEST(EventQueue, DropOldestKeepsWhatIsNewest) {
    event_queue subject{four, when_full::drop_oldest};
    fill(subject, {"1", "2", "3", "4"});
    EXPECT_EQ(subject.push("5"), admission::taken);
    EXPECT_EQ(subject.push("6"), admission::taken);
    EXPECT_THAT(drained(subject), ElementsAre(queued_event{"3", 2}, queued_event{"4"},
                                              queued_event{"5"}, queued_event{"6"}));
    EXPECT_EQ(subject.counts(), (queue_counts{6, 4, 2, 4, 4}));
}

TEST(EventQueue, DropOldestMakesRoomInOctets) {
    event_queue subject{four, when_full::drop_oldest};
    fill(subject, {"0123", "4567", "89ab"});
    EXPECT_EQ(subject.push("0123456789abcdef"), admission::taken);
    EXPECT_THAT(drained(subject), ElementsAre(queued_event{"0123456789abcdef", 3}));
    EXPECT_EQ(subject.counts(), (queue_counts{4, 1, 3, 3, 16}));
}

TEST(EventQueue, HoldBackAsksTheProducerToWait) {
    event_queue subject{four, when_full::hold_back};
    fill(subject, {"1", "2", "3", "4"});
    EXPECT_TRUE(subject.wants_more());
    EXPECT_EQ(subject.push("5"), admission::held_back);
    EXPECT_FALSE(subject.wants_more());
    queued_event one;
    ASSERT_TRUE(subject.pop(one));
    EXPECT_EQ(subject.push("5"), admission::held_back);
    ASSERT_TRUE(subject.pop(one));
    EXPECT_TRUE(subject.wants_more());
    EXPECT_EQ(subject.push("5"), admission::taken);
    EXPECT_EQ(subject.untold(), 0U);
    EXPECT_THAT(drained(subject),
                ElementsAre(queued_event{"3"}, queued_event{"4"}, queued_event{"5"}));
    EXPECT_EQ(subject.counts(), (queue_counts{5, 5, 0, 4, 4}));
}

TEST(EventQueue, KeepsReservesForWhatMustNotBeLost) {
    for (const auto policy :
         {when_full::drop_oldest, when_full::drop_newest, when_full::hold_back}) {
        event_queue subject{four, policy};
        fill(subject, {"1", "2", "3", "4"});
        EXPECT_EQ(subject.push_reserved("s"), admission::taken);
        EXPECT_EQ(subject.push_reserved("t"), admission::taken);
        EXPECT_EQ(subject.push_reserved("u"), admission::dropped);
        EXPECT_EQ(subject.untold(), 1U);
        EXPECT_EQ(subject.size(), 6U);
    }
}

TEST(EventQueue, TellsALossAtItsPlace) {
    event_queue subject{four, when_full::drop_newest};
    fill(subject, {"1", "2", "3", "4", "5", "6"});
    subject.push_reserved("state");
    fill(subject, {"7"});
    EXPECT_EQ(subject.untold(), 1U);
    EXPECT_THAT(drained(subject),
                ElementsAre(queued_event{"1"}, queued_event{"2"}, queued_event{"3"},
                            queued_event{"4"}, queued_event{"state", 2}));
    EXPECT_EQ(subject.untold(), 1U);
    fill(subject, {"8"});
    EXPECT_THAT(drained(subject), ElementsAre(queued_event{"8", 1}));
    EXPECT_EQ(subject.untold(), 0U);
}

TEST(EventQueue, WithoutAnyRoomDropsAll) {
    event_queue subject{{.events = 0, .octets = 0, .reserved = 0}, when_full::drop_oldest};
    EXPECT_EQ(subject.push("a"), admission::dropped);
    EXPECT_EQ(subject.push_reserved(""), admission::dropped);
    EXPECT_THAT(drained(subject), IsEmpty());
    event_queue no_octets{{.events = 1, .octets = 0, .reserved = 0}, when_full::drop_oldest};
    EXPECT_EQ(no_octets.push(""), admission::taken);
    EXPECT_THAT(drained(no_octets), ElementsAre(queued_event{""}));
}

TEST(EventQueue, HandsOutWithoutTakingMoreRoomThanItWasGiven) {
    event_queue subject{four, when_full::drop_newest};
    queued_event one;
    one.text.reserve(64);
    const auto* const place = one.text.data();
    for (int round = 0; round < 100; ++round) {
        subject.push("0123456");
        subject.push("abcdefgh");
        ASSERT_TRUE(subject.pop(one));
        EXPECT_EQ(one.text, "0123456");
        subject.push("01234567"); // Lies across the end of the ring now and then.
        ASSERT_TRUE(subject.pop(one));
        EXPECT_EQ(one.text, "abcdefgh");
        ASSERT_TRUE(subject.pop(one));
        EXPECT_EQ(one.text, "01234567");
        EXPECT_EQ(one.text.data(), place);
    }
}

/// The same in the plainest way; what a queue of any size must do.
struct plain_queue {
    queue_limits limits;
    when_full policy;
    std::deque<queued_event> waiting{};
    std::uint64_t untold = 0;
    bool latched = false;

    [[nodiscard]] std::size_t octets() const {
        std::size_t sum = 0;
        for (const auto& one : waiting)
            sum += one.text.size();
        return sum;
    }
    [[nodiscard]] bool room(std::size_t size, std::size_t slots) const {
        return waiting.size() < slots && octets() + size <= limits.octets;
    }
    void release() {
        if (waiting.size() <= limits.events / 2 && octets() <= limits.octets / 2)
            latched = false;
    }
    void store(const std::string& text) {
        waiting.push_back({text, untold});
        untold = 0;
    }
    void push(const std::string& text) {
        if (text.size() > limits.octets) {
            ++untold;
        } else if ((policy == when_full::drop_oldest || !latched) &&
                   room(text.size(), limits.events)) {
            store(text);
        } else if (latched = true; policy == when_full::drop_newest) {
            ++untold;
        } else if (policy == when_full::drop_oldest) {
            while (!room(text.size(), limits.events))
                evict();
            store(text);
        }
    }
    void evict() {
        const auto lost = waiting.front().dropped_before + 1;
        waiting.pop_front();
        (waiting.empty() ? untold : waiting.front().dropped_before) += lost;
        release();
    }
    void push_reserved(const std::string& text) {
        if (room(text.size(), limits.events + limits.reserved))
            store(text);
        else
            ++untold;
    }
    queued_event pop() {
        auto oldest = waiting.front();
        waiting.pop_front();
        release();
        return oldest;
    }
};

class EventQueueAtRandom : public testing::TestWithParam<when_full> {};

TEST_P(EventQueueAtRandom, DoesAsThePlainestQueueDoes) {
    std::mt19937 engine{7};
    const auto draw = [&](std::size_t below) { return engine() % below; };
    event_queue subject{four, GetParam()};
    plain_queue model{four, GetParam()};
    queued_event one;
    for (int step = 0; step < 20'000; ++step) {
        const std::string text(draw(19), static_cast<char>('a' + draw(26)));
        const auto what = draw(8);
        if (what < 3) {
            const bool some = subject.pop(one);
            ASSERT_EQ(some, !model.waiting.empty());
            if (some) {
                ASSERT_EQ(one, model.pop());
            }
        } else if (what == 3) {
            subject.push_reserved(text);
            model.push_reserved(text);
        } else {
            subject.push(text);
            model.push(text);
        }
        ASSERT_EQ(subject.size(), model.waiting.size());
        ASSERT_EQ(subject.octets(), model.octets());
        ASSERT_EQ(subject.untold(), model.untold);
        ASSERT_EQ(subject.wants_more(), !model.latched);
    }
}

INSTANTIATE_TEST_SUITE_P(Policies, EventQueueAtRandom,
                         testing::Values(when_full::drop_oldest, when_full::drop_newest,
                                         when_full::hold_back));

} // namespace
} // namespace rhombus::session
