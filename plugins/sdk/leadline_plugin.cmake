# Builds Leadline plugins, in C, C++, Rust and Go. From any CMake project (3.18 or later), either with an installed kit
#
#   find_package(LeadlinePlugin REQUIRED)
#
# which also finds the sources where LeadlinePlugin_DIR is <leadline>/plugins/sdk; or from these straight away
#
#   include(<leadline>/plugins/sdk/leadline_plugin.cmake)
#
# and then
#
#   leadline_add_plugin(fit_score SOURCES fit_score.cc
#     ID com.example.fit_score VERSION 1.0.0 CAPABILITIES leadline.score/1)
#   leadline_add_rust_plugin(fit_score CRATE . ID ... VERSION ... CAPABILITIES ...)
#   leadline_add_go_plugin(fit_score MODULE . ID ... VERSION ... CAPABILITIES ...)
#
# The result, fit_score.so and fit_score.plugin.json, stands in ${CMAKE_BINARY_DIR}/plugins, or in OUTPUT_DIRECTORY.
# Stripping or signing the module afterwards changes its hash: then run write_manifest.cmake again.
#
# Cargo and Go work offline and in the build folder: nothing is fetched, nothing is written among the sources. With
# OPTIONAL, a plugin whose language has no toolchain here is left out and said so; without, that is an error.

set(LEADLINE_PLUGIN_SDK_DIR ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "Folder of the plugin SDK")
# Where leadline/plugin.h is: beside the SDK in the sources, in the prefix once installed.
foreach(candidate ../include ../../../../include)
  get_filename_component(candidate ${CMAKE_CURRENT_LIST_DIR}/${candidate} ABSOLUTE)
  if(EXISTS ${candidate}/leadline/plugin.h)
    set(LEADLINE_PLUGIN_INCLUDE_DIR ${candidate} CACHE INTERNAL "Folder of leadline/plugin.h")
    break()
  endif()
endforeach()
# Go keeps what it compiled here; projects that are built one after the other may share it.
set(LEADLINE_GO_CACHE ${CMAKE_BINARY_DIR}/go/cache CACHE PATH "Folder of Go's build cache")

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
    ${LEADLINE_PLUGIN_SDK_DIR} ${LEADLINE_PLUGIN_INCLUDE_DIR})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  # A sanitizer's runtime belongs to the host program; a plugin may not need its library.
  target_compile_options(${target} PRIVATE -fno-sanitize=all)
  target_link_options(${target} PRIVATE -fno-sanitize=all -static-libgcc
    $<$<LINK_LANGUAGE:CXX>:-static-libstdc++>
    -Wl,--exclude-libs,ALL -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,-z,defs)
endfunction()

# leadline_plugin_arguments(FUNCTION NAME REQUIRED): checks what cmake_parse_arguments() made of a caller's arguments.
macro(leadline_plugin_arguments function name)
  foreach(required ID VERSION CAPABILITIES ${ARGN})
    if(NOT arg_${required})
      message(FATAL_ERROR "${function}(${name}): ${required} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${function}(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  endif()
endmacro()

function(leadline_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ID;VERSION;OUTPUT_DIRECTORY" "SOURCES;CAPABILITIES")
  leadline_plugin_arguments(leadline_add_plugin ${name} SOURCES)
  leadline_plugin_module(${name} ${arg_OUTPUT_DIRECTORY} ${arg_SOURCES})
  target_compile_definitions(${name} PRIVATE
    LEADLINE_PLUGIN_ID="${arg_ID}" LEADLINE_PLUGIN_VERSION="${arg_VERSION}")
  target_link_options(${name} PRIVATE -Wl,--version-script=${LEADLINE_PLUGIN_SDK_DIR}/exports.map)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${LEADLINE_PLUGIN_SDK_DIR}/exports.map)
  leadline_write_plugin_manifest(${name} ${arg_ID} ${arg_VERSION} ${arg_CAPABILITIES})
endfunction()

# leadline_plugin_tool(VARIABLE PROGRAM NAME OPTIONAL): the path of a toolchain's program, or a plain word about it.
function(leadline_plugin_tool variable program name optional)
  find_program(${variable} ${program})
  if(${variable})
    return()
  endif()
  if(NOT optional)
    message(FATAL_ERROR "${name} needs ${program}, which is not on the PATH")
  endif()
  message(WARNING "Plugin ${name} is left out: ${program} is not on the PATH")
endfunction()

# leadline_plugin_from(NAME BUILT SOURCES COMMAND...): a target that runs COMMAND when SOURCES change, and puts what it
# built where plugins go, with its manifest. Uses the arguments that its caller parsed.
macro(leadline_plugin_from name built sources)
  string(REPLACE ";" "," capabilities "${arg_CAPABILITIES}")
  set(module ${arg_OUTPUT_DIRECTORY}/${name}.so)
  set(manifest ${arg_OUTPUT_DIRECTORY}/${name}.plugin.json)
  add_custom_command(OUTPUT ${module} ${manifest} DEPENDS ${${sources}} VERBATIM USES_TERMINAL
    ${ARGN}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${arg_OUTPUT_DIRECTORY}
    COMMAND ${CMAKE_COMMAND} -E copy ${built} ${module}
    COMMAND ${CMAKE_COMMAND} -DMODULE=${module} -DID=${arg_ID} -DVERSION=${arg_VERSION}
            -DCAPABILITIES=${capabilities} -P ${LEADLINE_PLUGIN_SDK_DIR}/write_manifest.cmake)
  add_custom_target(${name} ALL DEPENDS ${module} ${manifest})
endmacro()

# leadline_add_rust_plugin(NAME CRATE DIR [LIBRARY NAME] ID VERSION CAPABILITIES [OUTPUT_DIRECTORY] [OPTIONAL]): builds a
# crate of type cdylib. LIBRARY is the crate's library name where it is not NAME.
function(leadline_add_rust_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "OPTIONAL" "CRATE;LIBRARY;ID;VERSION;OUTPUT_DIRECTORY" "CAPABILITIES")
  leadline_plugin_arguments(leadline_add_rust_plugin ${name} CRATE)
  leadline_plugin_tool(LEADLINE_CARGO cargo ${name} "${arg_OPTIONAL}")
  if(NOT LEADLINE_CARGO)
    return()
  endif()
  if(NOT arg_LIBRARY)
    set(arg_LIBRARY ${name})
  endif()
  get_filename_component(crate ${arg_CRATE} ABSOLUTE)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${crate}/src/* ${LEADLINE_PLUGIN_SDK_DIR}/rust/leadline-plugin/src/*)
  list(APPEND sources ${crate}/Cargo.toml ${LEADLINE_PLUGIN_SDK_DIR}/rust/leadline-plugin/Cargo.toml)
  set(locked)
  if(EXISTS ${crate}/Cargo.lock)
    set(locked --locked)
  endif()
  set(target ${CMAKE_BINARY_DIR}/cargo)
  # The same bytes wherever the sources lie.
  set(remap "build.rustflags=['--remap-path-prefix=${LEADLINE_PLUGIN_SDK_DIR}=leadline','--remap-path-prefix=${crate}=${name}']")
  leadline_plugin_from(${name} ${target}/release/lib${arg_LIBRARY}.so sources
    COMMAND ${LEADLINE_CARGO} build --quiet --release --offline ${locked} --manifest-path ${crate}/Cargo.toml
            --target-dir ${target} --config ${remap})
endfunction()

# leadline_add_go_plugin(NAME MODULE DIR ID VERSION CAPABILITIES [OUTPUT_DIRECTORY] [OPTIONAL]): builds a Go main package. It
# runs in worker mode only.
function(leadline_add_go_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "OPTIONAL" "MODULE;ID;VERSION;OUTPUT_DIRECTORY" "CAPABILITIES")
  leadline_plugin_arguments(leadline_add_go_plugin ${name} MODULE)
  leadline_plugin_tool(LEADLINE_GO go ${name} "${arg_OPTIONAL}")
  if(NOT LEADLINE_GO)
    return()
  endif()
  get_filename_component(module_dir ${arg_MODULE} ABSOLUTE)
  set(kit ${LEADLINE_PLUGIN_SDK_DIR}/go/leadline)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${module_dir}/*.go ${kit}/*.go ${kit}/*.c ${kit}/*.h)
  list(FILTER sources EXCLUDE REGEX "_test\\.go$")
  list(APPEND sources ${module_dir}/go.mod ${LEADLINE_PLUGIN_SDK_DIR}/exports.map
       ${LEADLINE_PLUGIN_INCLUDE_DIR}/leadline/plugin.h)
  set(built ${CMAKE_BINARY_DIR}/go/${name}/${name}.so)
  leadline_go_environment(environment)
  leadline_plugin_from(${name} ${built} sources WORKING_DIRECTORY ${module_dir}
    COMMAND ${CMAKE_COMMAND} -E env ${environment}
            ${LEADLINE_GO} build -buildmode=c-shared -trimpath
            "-ldflags=-s -w -extldflags '-Wl,--version-script=${LEADLINE_PLUGIN_SDK_DIR}/exports.map -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now'"
            -o ${built} .)
endfunction()

# leadline_go_environment(VARIABLE): what Go is to find in its environment, for building and for testing.
function(leadline_go_environment variable)
  set(${variable} GOCACHE=${LEADLINE_GO_CACHE} GOFLAGS= GOPROXY=off GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=1
    CC=${CMAKE_C_COMPILER} "CGO_CFLAGS=-O2 -I${LEADLINE_PLUGIN_INCLUDE_DIR}" PARENT_SCOPE)
endfunction()
