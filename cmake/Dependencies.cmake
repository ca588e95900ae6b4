# What the project stands on; docs/dependencies.md says why each. The least versions hold for users
# of the package as well.
set(RHOMBUS_LEAST_BOOST 1.81)
set(RHOMBUS_LEAST_OPENSSL 3)
# Headers alone: needed to compile us, not to link with us.
set(RHOMBUS_HEADERS_ONLY nlohmann_json::nlohmann_json)
set(BOOST_ROOT /usr CACHE PATH "where Boost is installed")
find_package(Threads REQUIRED)
find_package(Boost ${RHOMBUS_LEAST_BOOST} REQUIRED)
find_package(OpenSSL ${RHOMBUS_LEAST_OPENSSL} REQUIRED)
find_package(CURL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(ZLIB REQUIRED)
