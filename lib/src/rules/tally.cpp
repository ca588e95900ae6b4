#include "tally.hpp"

#include <utility>

namespace rhombus::rules {

namespace {

constexpr std::size_t most_cited = 8;

} // namespace

void tally::held(const transcript::at& shown_by, std::size_t opportunities) {
    opportunities_ += opportunities;
    if (kept_by_.size() < most_cited)
        kept_by_.push_back(shown_by.n);
}

void tally::breach(level weight, std::string what_happened, std::vector<std::uint64_t> records) {
    ++opportunities_;
    ++breaches_;
    if (worst_ && worst_->weight <= weight)
        return;
    worst_ = ruling{.result = outcome::broken,
                    .message = std::move(what_happened),
                    .records = std::move(records),
                    .weight = weight};
}

void tally::grade(std::optional<level> weight, std::string what_happened,
                  const transcript::at& where) {
    if (weight)
        breach(*weight, std::move(what_happened), {where.n});
    else
        held(where);
}

ruling tally::result(std::string kept, std::string unseen) && {
    ruling made{.rests_on = rests_on_};
    if (worst_) {
        made = *std::move(worst_);
        made.rests_on = rests_on_;
        if (breaches_ > 1)
            made.message += " (and " + std::to_string(breaches_ - 1) + " more like it)";
    } else if (opportunities_ == 0) {
        made.message = std::move(unseen);
    } else {
        made.result = outcome::held;
        made.message = std::move(kept);
        made.records = std::move(kept_by_);
    }
    made.opportunities = opportunities_;
    return made;
}

} // namespace rhombus::rules
