# rhombus_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...])
# A library rhombus::NAME, static unless BUILD_SHARED_LIBS says otherwise, and a component of the
# package; its public headers live in lib/include.
function(rhombus_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(rhombus_${name} ${arg_SOURCES})
  add_library(rhombus::${name} ALIAS rhombus_${name})
  target_compile_features(rhombus_${name} PUBLIC cxx_std_20)
  target_include_directories(rhombus_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/lib/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # What only our own compiling needs, our warnings above all, stays out of the package.
  set(ours rhombus::warnings ${arg_PRIVATE})
  list(REMOVE_ITEM arg_PRIVATE ${RHOMBUS_HEADERS_ONLY})
  list(REMOVE_ITEM ours ${arg_PRIVATE})
  list(TRANSFORM ours REPLACE "(.+)" "$<BUILD_INTERFACE:\\1>")
  target_link_libraries(rhombus_${name}
    PUBLIC Boost::headers ${arg_PUBLIC} PRIVATE ${ours} ${arg_PRIVATE})
  rhombus_precompile(rhombus_${name} library)
  rhombus_component(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

# rhombus_test(NAME LABEL unit|integration SOURCES ... LINKS ...)
# One GoogleTest program, its cases known to ctest one by one; under a sanitizer all together. RHOMBUS_TEST_GROUP, which
# a folder sets, ends the label (`unit-core`; CMake 3.25 cannot give two here), and the target
# ${RHOMBUS_TEST_GROUP}_tests builds all of the group.
function(rhombus_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LINKS} rhombus::warnings GTest::gmock_main)
  rhombus_precompile(${name} test)
  if(NOT TARGET ${RHOMBUS_TEST_GROUP}_tests)
    add_custom_target(${RHOMBUS_TEST_GROUP}_tests)
  endif()
  add_dependencies(${RHOMBUS_TEST_GROUP}_tests ${name})
  target_compile_definitions(${name} PRIVATE RHOMBUS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set(label ${arg_LABEL}-${RHOMBUS_TEST_GROUP})
  if(RHOMBUS_SANITIZE)
    # A process with a sanitizer takes longer to start than most cases to run.
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS ${label})
  else()
    gtest_discover_tests(${name} PROPERTIES LABELS ${label} DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
