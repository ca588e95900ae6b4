# RHOMBUS_SANITIZE: comma separated sanitizers for every target, e.g. "address,undefined".
set(RHOMBUS_SANITIZE "" CACHE STRING "sanitizers to build with")
if(RHOMBUS_SANITIZE)
  add_compile_options(-fsanitize=${RHOMBUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RHOMBUS_SANITIZE})
endif()
