#include "client_file.hpp"

#include "input_error.hpp"
#include "yaml_reader.hpp"

#include <boost/process/search_path.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace rhombus::scenario {

namespace {

namespace fs = std::filesystem;

bool executable(const fs::path& path) {
    std::error_code failure;
    return fs::is_regular_file(path, failure) && ::access(path.c_str(), X_OK) == 0;
}

/// @returns the first program of that name in a folder of PATH; empty when there is none.
fs::path on_path(const std::string& name) {
    const auto* const variable = std::getenv("PATH");
    std::istringstream folders{variable == nullptr ? "" : variable};
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (!folder.empty() && executable(fs::path{folder} / name))
            return fs::path{folder} / name;
    }
    return {};
}

bool yes(const yaml_mapping& mapping, std::string_view key) {
    return mapping.one_of(key, {"true", "false"}) == "true";
}

void read_capabilities(const yaml_mapping& mapping, client_file& into) {
    mapping.only({"reconnect", "rest", "handler", "heart_beat_ms", "binary", "headers"});
    const auto settable = [&](std::string_view key) {
        return mapping.one_of(key, {"fixed", "settable"}) == "settable" ? setting::settable
                                                                        : setting::no;
    };
    into.traits.reconnect = yes(mapping, "reconnect") ? rules::offered::yes : rules::offered::no;
    into.asks_for_organization = yes(mapping, "rest");
    into.handler = settable("handler");
    into.heart_beat = settable("heart_beat_ms");
    static_cast<void>(yes(mapping, "binary"));
    static_cast<void>(yes(mapping, "headers"));
}

client_file read_client(const fs::path& path) {
    const auto file = yaml_mapping::load(path);
    file.only({"name", "version", "argv", "env", "kind", "api", "level", "capabilities",
               "memory_budget_mib", "start_up", "hosts"});
    client_file read;
    read.name = file.required("name");
    read.version = file.text("version");
    read.argv = file.texts("argv");
    if (read.argv.empty())
        file.refuse("argv", "expected a list of words");
    read.environment = file.pairs("env");
    const auto library = file.one_of("kind", {"program", "library"}) == "library";
    const auto browser = file.one_of("api", {"socket", "whatwg"}) == "whatwg";
    const auto events = file.one_of("level", {"L0", "L1"}) == "L1";
    read.traits.kind = library ? rules::client_kind::library : rules::client_kind::program;
    read.traits.api = browser ? rules::client_api::whatwg : rules::client_api::socket;
    read.traits.level = events ? rules::client_level::l1 : rules::client_level::l0;
    read_capabilities(file.inner("capabilities"), read);
    if (file.has("memory_budget_mib"))
        read.memory_budget_mib = file.number("memory_budget_mib", 0);
    read.folder = fs::absolute(path).parent_path();
    return read;
}

client_file read_command(const std::string& command) {
    client_file read;
    read.argv = words_of(command);
    if (read.argv.empty())
        throw input_error{"--client: expected a client's name, its file, or a command"};
    read.name = fs::path{read.argv.front()}.filename().string();
    return read;
}

/// Takes a command line apart: blanks separate, quotes and backslashes keep.
class word_splitter {
public:
    void take(char letter) {
        if (escaped_)
            append(letter);
        else if (letter == '\\' && quote_ != '\'')
            escaped_ = true;
        else if (quote_ != '\0')
            take_quoted(letter);
        else
            take_plain(letter);
    }

    [[nodiscard]] std::vector<std::string> finish() && {
        if (quote_ != '\0')
            throw input_error{fmt::format("--client: the quote {} has no end", quote_)};
        end_word();
        return std::move(words_);
    }

private:
    void take_quoted(char letter) {
        if (letter == quote_)
            quote_ = '\0';
        else
            append(letter);
    }
    void take_plain(char letter) {
        if (letter == ' ')
            return end_word();
        if (letter != '\'' && letter != '"')
            return append(letter);
        quote_ = letter;
        inside_word_ = true;
    }
    void append(char letter) {
        word_ += letter;
        inside_word_ = true;
        escaped_ = false;
    }
    void end_word() {
        if (inside_word_)
            words_.push_back(std::exchange(word_, {}));
        inside_word_ = false;
    }

    std::vector<std::string> words_;
    std::string word_;
    char quote_ = '\0';
    bool escaped_ = false;
    bool inside_word_ = false;
};

/// The program must be there before anything is started.
void check_program(client_file& client, const std::string& given) {
    auto& name = client.argv.front();
    const auto local = name.starts_with("./") && !client.folder.empty();
    const auto found = local ? client.folder / name : find_program(name);
    if (!executable(found))
        throw input_error{fmt::format(
            "--client {}: {} is neither a client under clients/ nor a program that can be executed",
            given, name)};
    name = found.string();
}

} // namespace

client_file find_client(const std::string& name_file_or_command, const fs::path& clients) {
    std::error_code failure;
    const auto named = clients / name_file_or_command / "client.yaml";
    const auto plain_name = name_file_or_command.find_first_of(" /") == std::string::npos;
    client_file client;
    if (plain_name && fs::is_regular_file(named, failure))
        client = read_client(named);
    else if (name_file_or_command.ends_with(".yaml"))
        client = read_client(name_file_or_command);
    else
        client = read_command(name_file_or_command);
    check_program(client, name_file_or_command);
    for (auto word = std::next(client.argv.begin()); word != client.argv.end(); ++word) {
        if (word->starts_with("./") && !client.folder.empty())
            *word = (client.folder / word->substr(2)).string();
    }
    return client;
}

std::vector<std::string> words_of(const std::string& command) {
    word_splitter splitter;
    for (const auto letter : command)
        splitter.take(letter);
    return std::move(splitter).finish();
}

fs::path find_program(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return fs::absolute(name);
    std::string variable;
    for (const auto letter : name)
        variable += letter == '-'
                        ? '_'
                        : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    if (const auto* const named = std::getenv(variable.c_str()); named != nullptr && *named != '\0')
        return fs::absolute(named);
    std::error_code failure;
    auto beside = fs::read_symlink("/proc/self/exe", failure).parent_path() / name;
    if (!failure && executable(beside))
        return beside;
    return on_path(name);
}

} // namespace rhombus::scenario
