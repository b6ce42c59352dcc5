# SPDX-License-Identifier: Apache-2.0
# What `./dev install` puts where: the C++ API (libcomeback, include/comeback/…), the COM library
# (libcomeback-com, include/comeback/com/…), CMake package, pkg-config files, manual page, completions.
include(CMakePackageConfigHelpers)

set(api_folders base disk optical tree iso9660 joliet rockridge udf eltorito image machine guest libvirt_backend)
list(TRANSFORM api_folders PREPEND comeback_ OUTPUT_VARIABLE api_targets)

# One shared library of all folders below the line: their objects, and for what these need, their libraries.
list(TRANSFORM api_targets REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE api_objects)
add_library(comeback_shared SHARED ${api_objects})
set_target_properties(comeback_shared PROPERTIES OUTPUT_NAME comeback EXPORT_NAME comeback
                      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_link_libraries(comeback_shared PRIVATE ${api_targets})
target_include_directories(comeback_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(comeback_shared INTERFACE cxx_std_20)

set_target_properties(comeback_com_shared PROPERTIES EXPORT_NAME com VERSION ${PROJECT_VERSION}
                      SOVERSION ${PROJECT_VERSION_MAJOR})
target_include_directories(comeback_com_shared
                           INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/comeback/com>)

install(TARGETS comeback_shared comeback_com_shared EXPORT comeback-targets)
install(EXPORT comeback-targets NAMESPACE Comeback:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Comeback)

# Inside the project headers say "base/error.hpp"; installed, they say <comeback/base/error.hpp>.
set(install_headers_script ${PROJECT_BINARY_DIR}/install_headers.cmake)
configure_file(${PROJECT_SOURCE_DIR}/cmake/install_headers.cmake.in ${install_headers_script} @ONLY)
install(SCRIPT ${install_headers_script})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/comeback ${PROJECT_BINARY_DIR}/include/comeback
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/ComebackConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/ComebackConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Comeback)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ComebackConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ComebackConfig.cmake ${PROJECT_BINARY_DIR}/ComebackConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Comeback)
foreach(name comeback comeback-com)
  configure_file(${PROJECT_SOURCE_DIR}/packaging/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

install(FILES ${PROJECT_SOURCE_DIR}/docs/man/comeback.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/completions/comeback.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME comeback)
