# rhombus::warnings: every warning we build with, as errors.
add_library(rhombus_warnings INTERFACE)
add_library(rhombus::warnings ALIAS rhombus_warnings)
target_compile_options(rhombus_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
# g++ 12 sees overflows that are none in its own <string> once it inlines (GCC bugs 105329, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(rhombus_warnings INTERFACE
    -Wno-error=restrict -Wno-error=stringop-overflow)
endif()
