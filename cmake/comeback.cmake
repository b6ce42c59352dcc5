# SPDX-License-Identifier: Apache-2.0
# The three kinds of target this project has: a folder of src/, a test program, a fuzz target.

add_library(comeback_warnings INTERFACE)
target_compile_options(comeback_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                       -Wnon-virtual-dtor $<$<BOOL:${COMEBACK_WERROR}>:-Werror>)

# comeback_library(base SOURCES a.cpp … [LINK targets…] [PRIVATE_LINK targets…] [TESTS a_test.cpp …])
# One folder = one target `comeback_<folder>` = one namespace. Unit tests lie beside the sources and
# become one program `<folder>_test`, labelled `unit`.
function(comeback_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE_LINK;TESTS;TEST_LINK")
  add_library(comeback_${folder} STATIC ${arg_SOURCES})
  target_include_directories(comeback_${folder} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(comeback_${folder} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK} comeback_warnings)
  if(COMEBACK_TESTS AND arg_TESTS)
    comeback_test(${folder}_test LABEL unit SOURCES ${arg_TESTS} LINK comeback_${folder} ${arg_TEST_LINK})
  endif()
endfunction()

# comeback_test(name LABEL unit|conformance|guest SOURCES … [LINK …] [TIMEOUT s] [PROPERTIES …])
# Each TEST of the program is a ctest test of its own.
function(comeback_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LINK;PROPERTIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main comeback_warnings)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ${arg_PROPERTIES})
  add_dependencies(comeback_${arg_LABEL}_tests ${name})
endfunction()

# comeback_fuzz(name SOURCES … [LINK …])
function(comeback_fuzz name)
  if(NOT COMEBACK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} comeback_warnings)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(comeback_fuzzers ${name})
endfunction()

# comeback_bench(name SOURCES … [LINK …]): a Google Benchmark program.
function(comeback_bench name)
  if(NOT COMEBACK_BENCHMARKS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} benchmark::benchmark_main comeback_warnings)
endfunction()

foreach(group unit_tests conformance_tests guest_tests fuzzers)
  add_custom_target(comeback_${group})
endforeach()
