# rhombus_precompile(TARGET library|test): the headers that nearly every file includes are parsed
# once for all targets, which saves a third of a build. Files still include what they use:
# scripts/lint and the package build without.
option(RHOMBUS_PRECOMPILE "parse common headers once" ON)

set(rhombus_headers_of_library
  <algorithm> <array> <chrono> <cstdint> <cstring> <functional> <map> <memory> <optional> <span>
  <string> <string_view> <utility> <variant> <vector>
  <boost/system/result.hpp>)
set(rhombus_headers_of_test <gmock/gmock.h> <gtest/gtest.h> ${rhombus_headers_of_library})

function(rhombus_precompile target kind)
  if(NOT RHOMBUS_PRECOMPILE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  set(shared rhombus_headers_${kind})
  if(NOT TARGET ${shared})
    file(WRITE ${PROJECT_BINARY_DIR}/${shared}.cpp "")
    add_library(${shared} OBJECT ${PROJECT_BINARY_DIR}/${shared}.cpp)
    target_link_libraries(${shared} PRIVATE rhombus::warnings $<$<STREQUAL:${kind},test>:GTest::gmock>)
    target_precompile_headers(${shared} PRIVATE ${rhombus_headers_of_${kind}})
    if(kind STREQUAL "library" AND BUILD_SHARED_LIBS)
      set_target_properties(${shared} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${shared})
endfunction()
