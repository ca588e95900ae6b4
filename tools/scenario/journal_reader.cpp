#include "journal_reader.hpp"

#include "input_error.hpp"

#include <rhombus/transcript/json_lines.hpp>

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace rhombus::scenario {

journal_reader::journal_reader(std::filesystem::path path)
    : path_{std::move(path)}, file_{path_, std::ios::binary} {
    if (!file_)
        throw harness_error{fmt::format("{}: the journal cannot be read", path_.string())};
}

void journal_reader::read_more() {
    file_.clear(); // the end of the file moves on
    for (std::string line; std::getline(file_, line);) {
        begun_ += line;
        if (file_.eof())
            return;
        auto read = transcript::from_line(begun_);
        if (!read)
            throw harness_error{fmt::format("{}:{}: field {}: expected {}", path_.string(),
                                            records_.size() + 1, read.error().field,
                                            read.error().expected)};
        records_.push_back(*std::move(read));
        begun_.clear();
    }
}

bool journal_reader::complete() const noexcept {
    return !records_.empty() && std::holds_alternative<transcript::end>(records_.back().what);
}

} // namespace rhombus::scenario
