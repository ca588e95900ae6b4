# ccache, when the machine has it; it caches what uses a precompiled header only when told to.
find_program(RHOMBUS_CCACHE ccache)
if(RHOMBUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${RHOMBUS_CCACHE})
endif()
