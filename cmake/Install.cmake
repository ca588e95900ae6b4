# What others get: headers, libraries, programs, and a package for find_package(rhombus CONFIG).
# Each library is a component with an export set of its own, so that a user of the codec needs
# nothing of what the connection needs.
include(CMakePackageConfigHelpers)

set(RHOMBUS_PACKAGE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/rhombus)
# Programs find the libraries beside them, wherever the prefix is moved to.
file(RELATIVE_PATH RHOMBUS_LIBRARIES_FROM_PROGRAMS
  ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
if(NOT CMAKE_INSTALL_RPATH)
  set(CMAKE_INSTALL_RPATH $ORIGIN $ORIGIN/${RHOMBUS_LIBRARIES_FROM_PROGRAMS})
endif()

# rhombus_component(NAME [PUBLIC ...] [PRIVATE ...])
# Installs the library as a component. Of what it links, rhombus:: targets are components it needs;
# of the others the name before `::` is the package that a user must have.
function(rhombus_component name)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
  set_target_properties(rhombus_${name} PROPERTIES
    EXPORT_NAME ${name} VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  install(TARGETS rhombus_${name} EXPORT rhombus-${name})
  install(EXPORT rhombus-${name} NAMESPACE rhombus:: FILE rhombus-${name}.cmake
    DESTINATION ${RHOMBUS_PACKAGE_FOLDER})

  set(components ${arg_PUBLIC} ${arg_PRIVATE})
  set(packages ${arg_PUBLIC})
  # A shared library brings what it alone links.
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND packages ${arg_PRIVATE})
  endif()
  list(FILTER components INCLUDE REGEX "^rhombus::")
  list(FILTER packages EXCLUDE REGEX "^rhombus::")
  list(TRANSFORM components REPLACE "^rhombus::" "")
  list(TRANSFORM packages REPLACE "::.*" "")
  set_property(GLOBAL APPEND PROPERTY RHOMBUS_COMPONENTS ${name})
  set_property(GLOBAL APPEND_STRING PROPERTY RHOMBUS_COMPONENT_NEEDS
    "set(rhombus_${name}_components ${components})\nset(rhombus_${name}_packages ${packages})\n")
endfunction()

# rhombus_program(NAME)
function(rhombus_program name)
  install(TARGETS ${name})
endfunction()

# rhombus_package(): headers and the package's own files; after every component.
function(rhombus_package)
  get_property(RHOMBUS_COMPONENTS GLOBAL PROPERTY RHOMBUS_COMPONENTS)
  get_property(RHOMBUS_COMPONENT_NEEDS GLOBAL PROPERTY RHOMBUS_COMPONENT_NEEDS)
  configure_package_config_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/rhombus-config.cmake.in
    ${PROJECT_BINARY_DIR}/rhombus-config.cmake
    INSTALL_DESTINATION ${RHOMBUS_PACKAGE_FOLDER} NO_SET_AND_CHECK_MACRO)
  # Before 1.0 a new minor version may break its users (docs/use-the-library.md).
  set(compatible SameMajorVersion)
  if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(compatible SameMinorVersion)
  endif()
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/rhombus-config-version.cmake
    COMPATIBILITY ${compatible})

  install(FILES ${PROJECT_BINARY_DIR}/rhombus-config.cmake
                ${PROJECT_BINARY_DIR}/rhombus-config-version.cmake
    DESTINATION ${RHOMBUS_PACKAGE_FOLDER})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/include/
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
  install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE
                ${PROJECT_SOURCE_DIR}/docs/use-the-library.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR})
endfunction()
