# RHOMBUS_VERSION, from the header that users see as well: the number stands in one place.
set(version_header ${CMAKE_CURRENT_SOURCE_DIR}/lib/include/rhombus/version.hpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${version_header})
file(STRINGS ${version_header} version_line REGEX "string_view version = ")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" RHOMBUS_VERSION "${version_line}")
if(NOT RHOMBUS_VERSION)
  message(FATAL_ERROR "${version_header} states no version")
endif()
