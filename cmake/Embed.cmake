# rhombus_embed(OUTPUT NAMESPACE FILES...)
# Generates a .cpp that defines, in NAMESPACE, `std::span<const embedded_file> files()`:
# the name (without folder and ending) and text of each file. A change of a file rebuilds it.
set(RHOMBUS_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedFiles.cmake)
function(rhombus_embed output namespace)
  set(paths ${ARGN})
  list(TRANSFORM paths PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${namespace} "-DFILES=${paths}"
            -P ${RHOMBUS_EMBED_SCRIPT}
    DEPENDS ${paths} ${RHOMBUS_EMBED_SCRIPT} VERBATIM)
endfunction()
