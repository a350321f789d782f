# leadline_other_headers(FOLDER): two more revisions of plugin.h, made from today's, for plugins of another age.
#
#   FOLDER/older  1.0 before get_extension() was appended to the host's table and to the descriptor
#   FOLDER/newer  1.7: members appended to every table that may grow
#
# What is looked for must be there: an edit of plugin.h that this does not follow stops the build.
function(leadline_other_headers folder)
  set(source ${PROJECT_SOURCE_DIR}/plugins/include/leadline/plugin.h)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} today)

  macro(replace variable from to)
    string(FIND "${${variable}}" "${from}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "plugin.h has no \"${from}\" any more: adapt tests/plugin/abi/other_headers.cmake")
    endif()
    string(REPLACE "${from}" "${to}" ${variable} "${${variable}}")
  endmacro()

  set(older "${today}")
  replace(older "  const void* (*get_extension)(const leadline_host* host, const char* id);\n" "")
  replace(older "  const void* (*get_extension)(const char* id);\n" "")
  replace(older " && offsetof(leadline_host, get_extension) == 48" "")
  replace(older " &&\n                           offsetof(leadline_plugin, get_extension) == 72" "")

  set(newer "${today}")
  replace(newer "#define LEADLINE_ABI_MINOR 0u" "#define LEADLINE_ABI_MINOR 7u")
  replace(newer "  const void* (*get_extension)(const leadline_host* host, const char* id);\n"
    "  const void* (*get_extension)(const leadline_host* host, const char* id);\n  int32_t (*count)(const leadline_host* host, const char* name);\n")
  replace(newer "  void* (*alloc)(leadline_call* call, uint64_t size);\n"
    "  void* (*alloc)(leadline_call* call, uint64_t size);\n  void (*trace)(leadline_call* call, leadline_str text);\n")
  replace(newer "  const void* (*get_extension)(const char* id);\n"
    "  const void* (*get_extension)(const char* id);\n  void (*idle)(void* self);\n")
  replace(newer "  int32_t (*score)(void* self, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                   leadline_call* call, const leadline_call_api* api);\n"
    "  int32_t (*score)(void* self, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                   leadline_call* call, const leadline_call_api* api);\n  int32_t (*warm)(void* self);\n")

  foreach(age older newer)
    set(path ${folder}/${age}/leadline/plugin.h)
    set(was "")
    if(EXISTS ${path})
      file(READ ${path} was)
    endif()
    if(NOT "${was}" STREQUAL "${${age}}")
      file(WRITE ${path} "${${age}}")
    endif()
  endforeach()
endfunction()
