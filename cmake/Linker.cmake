# mold, when the machine has it: it links the tests in a fraction of the time.
find_program(RHOMBUS_MOLD mold)
if(RHOMBUS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
