# ccache, when the machine has it.
find_program(RHOMBUS_CCACHE ccache)
if(RHOMBUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RHOMBUS_CCACHE})
endif()
