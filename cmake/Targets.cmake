include(GNUInstallDirs)

# rhombus_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...])
# A static library rhombus::NAME whose public headers live in lib/include.
function(rhombus_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(rhombus_${name} STATIC ${arg_SOURCES})
  add_library(rhombus::${name} ALIAS rhombus_${name})
  target_compile_features(rhombus_${name} PUBLIC cxx_std_20)
  target_include_directories(rhombus_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/lib/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(rhombus_${name} PUBLIC Boost::headers ${arg_PUBLIC}
    PRIVATE rhombus::warnings ${arg_PRIVATE})
endfunction()

# rhombus_test(NAME LABEL unit|integration SOURCES ... LINKS ...)
# One GoogleTest program, its cases known to ctest one by one.
function(rhombus_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LINKS} rhombus::warnings GTest::gmock_main)
  target_compile_definitions(${name} PRIVATE RHOMBUS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} PROPERTIES LABELS ${arg_LABEL} DISCOVERY_TIMEOUT 60)
endfunction()
