# find_package(LeadlinePlugin): see leadline_plugin.cmake.
include(${CMAKE_CURRENT_LIST_DIR}/leadline_plugin.cmake)
