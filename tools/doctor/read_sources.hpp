#pragma once

#include "command_line.hpp"

#include <rhombus/account/settings.hpp>

#include <string>
#include <vector>

namespace rhombus::doctor {

/// What the machine and the command line hold, read but not judged; with what could not be read.
struct gathered {
    account::sources sources;
    std::string ca_file; ///< --ca-file, else SSL_CERT_FILE, as OpenSSL's programs do; else empty.
    std::vector<account::settings_error> errors;
};

/// Reads flags, environment and `~/.rhombus`. Never writes there.
[[nodiscard]] gathered read_sources(const command_line& given);

} // namespace rhombus::doctor
