# rhombus::warnings: every warning we build with, as errors.
add_library(rhombus_warnings INTERFACE)
add_library(rhombus::warnings ALIAS rhombus_warnings)
target_compile_options(rhombus_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
