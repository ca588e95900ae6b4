#include "read_sources.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace rhombus::doctor {
namespace {

namespace fs = std::filesystem;

/// Nobody's key or profile is longer; more is a mistake in the path.
constexpr std::size_t file_limit = std::size_t{1} << 20U;

struct read_failure {
    read_failure() = default;
    read_failure(const fs::path& path, std::string_view what)
        : message{fmt::format("{}: {}", path.string(), what)} {}
    std::string message;
};

boost::system::result<std::string, read_failure> read_text(const fs::path& path) {
    std::error_code failure;
    if (fs::is_directory(path, failure))
        return read_failure{path, "is a folder; expected a file"};
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return read_failure{path, "cannot be read: " + std::generic_category().message(errno)};
    std::string text;
    text.resize(file_limit + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > file_limit)
        return read_failure{path, "is larger than 1 MiB; expected a small text file"};
    return text;
}

std::optional<std::string> variable(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

class reader {
public:
    explicit reader(const command_line& given) : given_{given} {}

    gathered read() {
        auto& flags = out_.sources.flags;
        flags = given_.account;
        flags.api_key = read_secret("--api-key-file", given_.api_key_file);
        flags.passcode = read_secret("--passcode-file", given_.passcode_file);
        out_.sources.environment = variable;
        out_.ca_file =
            given_.ca_file.empty() ? variable("SSL_CERT_FILE").value_or("") : given_.ca_file;
        const auto home = variable("HOME");
        if (home && !home->empty() && !given_.demo) {
            out_.sources.credentials = read_profile_file(fs::path{*home} / ".rhombus/credentials");
            out_.sources.config = read_profile_file(fs::path{*home} / ".rhombus/config");
        }
        return std::move(out_);
    }

private:
    void fail(std::string text) { out_.errors.push_back({"CFG-FILE", std::move(text)}); }

    std::optional<account::sourced<account::secret>>
    read_secret(std::string_view flag, const std::optional<std::string>& path) {
        if (!path)
            return std::nullopt;
        auto text = read_text(*path);
        if (text.has_error()) {
            fail(fmt::format("{} {}", flag, text.error().message));
            return std::nullopt;
        }
        // Editors end a file by LF; that one is not part of the key. Anything else is judged.
        if (text->ends_with('\n'))
            text->pop_back();
        if (text->ends_with('\r'))
            text->pop_back();
        if (text->empty()) {
            fail(fmt::format("{} {}:1: is empty; expected the key", flag, *path));
            return std::nullopt;
        }
        return account::sourced<account::secret>{
            account::secret{std::move(*text)}, fmt::format("{} {}", flag, *path), {}};
    }

    std::optional<account::ini_file> read_profile_file(const fs::path& path) {
        std::error_code failure;
        if (!fs::exists(path, failure) && !failure)
            return std::nullopt;
        const auto text = read_text(path);
        if (text.has_error()) {
            fail(text.error().message);
            return std::nullopt;
        }
        auto file = account::parse_ini(path.string(), *text);
        if (file.has_error()) {
            fail(fmt::format("{}:{}: {}", path.string(), file.error().line, file.error().expected));
            return std::nullopt;
        }
        return std::move(*file);
    }

    const command_line& given_;
    gathered out_;
};

} // namespace

gathered read_sources(const command_line& given) {
    return reader{given}.read();
}

} // namespace rhombus::doctor
