# SPDX-License-Identifier: Apache-2.0
# Every library this project stands on, in one place. All are Debian packages (packaging/packages).
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                # text
find_package(tl-expected REQUIRED)        # parsed<T>
find_package(CLI11 REQUIRED)              # the command line
find_package(nlohmann_json REQUIRED)      # command line, guest agent, tests
find_package(pugixml REQUIRED)            # libvirt's XML
find_package(OpenSSL REQUIRED)            # SHA-256
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET GLOBAL libxxhash)
pkg_check_modules(libvirt REQUIRED IMPORTED_TARGET GLOBAL libvirt libvirt-qemu)
if(COMEBACK_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)       # properties
  pkg_check_modules(udfread REQUIRED IMPORTED_TARGET GLOBAL libudfread)  # judge of UDF
endif()
if(COMEBACK_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
