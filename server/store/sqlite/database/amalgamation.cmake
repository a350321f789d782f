# SQLite::SQLite3: SQLite built from its amalgamation, the one SQLite of every program of the tree.
#
# Not the system's library: Debian 12 has 3.40.1, in which a checkpoint that meets a commit which begins the
# write-ahead log anew can lose or damage data; 3.51.3 mends that. An npm package carries a later amalgamation. Its
# bytes are pinned here, only the amalgamation is taken out of it, and nothing of it runs. npm keeps what it fetched, so
# that a second build folder asks nobody. Another release: change the six pins together.
set(sqlite_version 3.54.1)
set(sqlite_package better-sqlite3)
set(sqlite_package_version 13.2.0)
set(sqlite_archive_sha256 40487589df3496f2ee0079d22b73c63fccebe7db0e8ee9a2c42421861e321e0b)
set(sqlite_source_sha256 75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254)
set(sqlite_header_sha256 d6c84557261893439b341d2e6c35187ae3ea24fbfd843ad94616f72d89242b8c)

set(LEADLINE_SQLITE_ARCHIVE "" CACHE FILEPATH
  "The package ${sqlite_package}-${sqlite_package_version}.tgz, for a machine that cannot fetch it with npm")

# sqlite_matches(FILE SHA256 RESULT): whether the file is there and has this hash.
function(sqlite_matches file sha256 result)
  set(found "")
  if(EXISTS ${file})
    file(SHA256 ${file} found)
  endif()
  string(COMPARE EQUAL "${found}" "${sha256}" same)
  set(${result} ${same} PARENT_SCOPE)
endfunction()

# sqlite_fetch(FOLDER RESULT): the package's file, fetched into FOLDER; stops with an error when that fails.
function(sqlite_fetch folder result)
  set(by_hand "Or fetch ${sqlite_package} ${sqlite_package_version} on another machine (\"npm pack \
${sqlite_package}@${sqlite_package_version}\") and configure with -DLEADLINE_SQLITE_ARCHIVE=FILE.")
  find_program(NPM_PROGRAM npm)
  if(NOT NPM_PROGRAM)
    message(FATAL_ERROR "SQLite ${sqlite_version} comes out of an npm package, and there is no npm. Install it \
(Debian: apt-get install npm). ${by_hand}")
  endif()
  message(STATUS "Fetching SQLite ${sqlite_version} (npm package ${sqlite_package} ${sqlite_package_version})")
  file(MAKE_DIRECTORY ${folder})
  execute_process(
    COMMAND ${NPM_PROGRAM} pack ${sqlite_package}@${sqlite_package_version} --ignore-scripts --prefer-offline --loglevel error
      --pack-destination ${folder}
    WORKING_DIRECTORY ${folder} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 300)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "npm cannot fetch ${sqlite_package} ${sqlite_package_version} (${code}): ${output}\nIs the \
registry of npm's configuration in reach? ${by_hand}")
  endif()
  set(${result} ${folder}/${sqlite_package}-${sqlite_package_version}.tgz PARENT_SCOPE)
endfunction()

# sqlite_extract(ARCHIVE FOLDER): sqlite3.c and sqlite3.h into FOLDER; stops with an error unless all is as pinned.
function(sqlite_extract archive folder)
  sqlite_matches(${archive} ${sqlite_archive_sha256} same)
  if(NOT same)
    set(found "no such file")
    if(EXISTS ${archive})
      file(SHA256 ${archive} found)
    endif()
    message(FATAL_ERROR "${archive} is not the package that was pinned for SQLite ${sqlite_version}.\n\
  expected SHA-256 ${sqlite_archive_sha256}\n  found            ${found}\nDo not build with it: the download was cut \
off, or somebody changed the package. Remove the file, run \"npm cache verify\" and configure again; when the hash \
differs again, ask the package's authors before changing the pin in ${CMAKE_CURRENT_FUNCTION_LIST_FILE}.")
  endif()
  set(inside package/deps/sqlite3)
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${folder}/new PATTERNS ${inside}/sqlite3.c ${inside}/sqlite3.h)
  file(RENAME ${folder}/new/${inside}/sqlite3.h ${folder}/sqlite3.h)
  file(RENAME ${folder}/new/${inside}/sqlite3.c ${folder}/sqlite3.c)
  file(REMOVE_RECURSE ${folder}/new)
  sqlite_matches(${folder}/sqlite3.c ${sqlite_source_sha256} source)
  sqlite_matches(${folder}/sqlite3.h ${sqlite_header_sha256} header)
  if(NOT source OR NOT header)
    message(FATAL_ERROR "The pins in ${CMAKE_CURRENT_FUNCTION_LIST_FILE} do not belong together: the package is the one \
that was pinned, and its sqlite3.c or sqlite3.h is not.")
  endif()
endfunction()

# sqlite_sources(FOLDER): the amalgamation in FOLDER, taken from where it is at hand first.
function(sqlite_sources folder)
  sqlite_matches(${folder}/sqlite3.c ${sqlite_source_sha256} source)
  sqlite_matches(${folder}/sqlite3.h ${sqlite_header_sha256} header)
  if(source AND header)
    return()
  endif()
  if(LEADLINE_SQLITE_ARCHIVE)
    sqlite_extract(${LEADLINE_SQLITE_ARCHIVE} ${folder})
  else()
    sqlite_fetch(${folder}/download archive)
    sqlite_extract(${archive} ${folder})
    file(REMOVE_RECURSE ${folder}/download)
  endif()
endfunction()

set(sqlite_folder ${CMAKE_CURRENT_BINARY_DIR}/sqlite-${sqlite_version})
sqlite_sources(${sqlite_folder})

add_library(leadline_sqlite STATIC ${sqlite_folder}/sqlite3.c)
add_library(SQLite::SQLite3 ALIAS leadline_sqlite)
target_include_directories(leadline_sqlite SYSTEM PUBLIC ${sqlite_folder})
target_link_libraries(leadline_sqlite PUBLIC Threads::Threads)
target_compile_definitions(leadline_sqlite PRIVATE
  # Durability. A connection that sets nothing flushes at each commit all the same, and fdatasync does it at the price
  # of the data alone.
  SQLITE_DEFAULT_SYNCHRONOUS=2 SQLITE_DEFAULT_WAL_SYNCHRONOUS=2 HAVE_FDATASYNC=1
  # An error of the disk under a mapped file would be a SIGBUS instead of a result code.
  SQLITE_MAX_MMAP_SIZE=0
  # Threads: each connection serves one thread at a time (connection.h); no locks inside connections, none for counting
  # memory, no caches shared between connections.
  SQLITE_THREADSAFE=2 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_OMIT_SHARED_CACHE
  # What is given is taken as it is: "x" is a column and never a text, a path is a path and never a URI, and no SQL
  # loads code.
  SQLITE_DQS=0 SQLITE_USE_URI=0 SQLITE_OMIT_LOAD_EXTENSION SQLITE_TRUSTED_SCHEMA=0
  # Left out because nobody calls it. The progress handler stays: it is what stops a report that nobody waits for.
  SQLITE_OMIT_DEPRECATED SQLITE_OMIT_DECLTYPE SQLITE_OMIT_TCL_VARIABLE SQLITE_LIKE_DOESNT_MATCH_BLOBS
  # Speed, on what glibc has.
  SQLITE_USE_ALLOCA HAVE_MALLOC_H=1 HAVE_MALLOC_USABLE_SIZE=1 HAVE_USLEEP=1 HAVE_ISNAN=1 HAVE_STRCHRNUL=1
  HAVE_GMTIME_R=1 HAVE_LOCALTIME_R=1 HAVE_STRERROR_R=1)
# Hidden: a plugin that brings a SQLite of its own gets that one and not ours. Warnings are its authors' business.
target_compile_options(leadline_sqlite PRIVATE -w -fvisibility=hidden)
set_target_properties(leadline_sqlite PROPERTIES C_EXTENSIONS ON)  # it asks glibc for more than C11
if(LEADLINE_SANITIZE)
  # Reads and writes of memory are watched in it too, so that a race or an overrun that our calls cause is seen. Its own
  # arithmetic is not: that alone would double the time it takes to compile.
  target_compile_options(leadline_sqlite PRIVATE -O1 -fno-sanitize=undefined)
else()
  # At full speed in a debug build too: the tests of the store spend most of their time in it.
  target_compile_options(leadline_sqlite PRIVATE -O2)
endif()
