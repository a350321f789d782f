# Builds Leadline plugins. Include this file from any CMake project (3.18 or later):
#
#   include(<leadline>/plugins/sdk/leadline_plugin.cmake)
#   leadline_add_plugin(fit_score SOURCES fit_score.cc
#     ID com.example.fit_score VERSION 1.0.0 CAPABILITIES leadline.score/1)
#
# The result, fit_score.so and fit_score.plugin.json, stands in ${CMAKE_BINARY_DIR}/plugins, or in OUTPUT_DIRECTORY.
# Stripping or signing the module afterwards changes its hash: then run write_manifest.cmake again.

set(LEADLINE_PLUGIN_SDK_DIR ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "Folder of the plugin SDK")

# leadline_write_plugin_manifest(TARGET ID VERSION CAPABILITIES...): writes the manifest after each build.
function(leadline_write_plugin_manifest target id version)
  string(REPLACE ";" "," capabilities "${ARGN}")
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DMODULE=$<TARGET_FILE:${target}> -DID=${id} -DVERSION=${version}
            -DCAPABILITIES=${capabilities} -P ${LEADLINE_PLUGIN_SDK_DIR}/write_manifest.cmake)
endfunction()

# leadline_plugin_module(TARGET DIRECTORY SOURCES...): a module with all hidden and the runtime inside, but no exports yet.
function(leadline_plugin_module target directory)
  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY ${directory}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON)
  target_include_directories(${target} PRIVATE
    ${LEADLINE_PLUGIN_SDK_DIR} ${LEADLINE_PLUGIN_SDK_DIR}/../include)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  # A sanitizer's runtime belongs to the host program; a plugin may not need its library.
  target_compile_options(${target} PRIVATE -fno-sanitize=all)
  target_link_options(${target} PRIVATE -fno-sanitize=all -static-libgcc
    $<$<LINK_LANGUAGE:CXX>:-static-libstdc++>
    -Wl,--exclude-libs,ALL -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,-z,defs)
endfunction()

function(leadline_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ID;VERSION;OUTPUT_DIRECTORY" "SOURCES;CAPABILITIES")
  foreach(required ID VERSION SOURCES CAPABILITIES)
    if(NOT arg_${required})
      message(FATAL_ERROR "leadline_add_plugin(${name}): ${required} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "leadline_add_plugin(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  endif()
  leadline_plugin_module(${name} ${arg_OUTPUT_DIRECTORY} ${arg_SOURCES})
  target_compile_definitions(${name} PRIVATE
    LEADLINE_PLUGIN_ID="${arg_ID}" LEADLINE_PLUGIN_VERSION="${arg_VERSION}")
  target_link_options(${name} PRIVATE -Wl,--version-script=${LEADLINE_PLUGIN_SDK_DIR}/exports.map)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${LEADLINE_PLUGIN_SDK_DIR}/exports.map)
  leadline_write_plugin_manifest(${name} ${arg_ID} ${arg_VERSION} ${arg_CAPABILITIES})
endfunction()
