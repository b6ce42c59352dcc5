// SPDX-License-Identifier: Apache-2.0
// libcomeback-com.so: nothing but the classes, there as soon as the library is loaded.

#include "server/services.hpp"

namespace {

__attribute__((constructor)) void loaded() {
  comeback::server::register_classes(comeback::server::libvirt_machines);
}

}  // namespace
