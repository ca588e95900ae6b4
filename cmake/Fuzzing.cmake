# RHOMBUS_FUZZING: fuzz targets of libFuzzer, with all that they use under the address and undefined
# behaviour sanitizers. Needs clang (preset `fuzz`).
option(RHOMBUS_FUZZING "build tests/fuzz" OFF)
if(RHOMBUS_FUZZING)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "RHOMBUS_FUZZING needs clang++: use the preset `fuzz`")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
  # The warnings that we hold to are g++'s.
  target_compile_options(rhombus_warnings INTERFACE -w)
endif()

# rhombus_fuzzer(NAME SOURCES ... LINKS ...)
# The program fuzz_NAME from tests/fuzz/NAME.cpp; scripts/fuzz finds its corpus and dictionary by NAME.
function(rhombus_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(fuzz_${name} ${name}.cpp ${arg_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/lib/src)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINKS} rhombus_fuzz_shared rhombus::warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY RHOMBUS_FUZZERS ${name})
endfunction()
