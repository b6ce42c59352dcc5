// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "test_guest.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace comeback::test_guest {

/// A real Debian guest under QEMU, on an embedded driver of this program's own. The tests of one suite share
/// a machine, restored when the suite begins; `SetUp` sees to it that alice, bob and carol are logged on.
/// What a test breaks beyond that it mends, or calls `fresh`; a test that needs another kind of guest calls
/// `machine().up(variant::…)`.
///
/// The guest itself comes from tools/guest/build.sh, which the ctest fixture has run. Two words of the
/// environment say which it is and where, so that one program serves for both systems, and two can run at a
/// time:
///
///   COMEBACK_TEST_SYSTEM  debian12 (the usual one) or debian13
///   COMEBACK_TEST_SLOT    1 (the usual one) or 2: driver and throw-away disk lie in a folder of the slot's,
///                         which one program can use at a time (RESOURCE_LOCK guest, RESOURCE_LOCK guest_2)
class guest_test : public testing::Test {
 public:
  static void SetUpTestSuite() {
    make_machine();
    machine_->up();
  }
  static void TearDownTestSuite() {
    if (machine_) machine_->down();
    machine_.reset();
  }

  static std::string system() { return setting("COMEBACK_TEST_SYSTEM", "debian12"); }
  static std::filesystem::path folder() {
    const std::string slot = setting("COMEBACK_TEST_SLOT", "1");
    return std::filesystem::path(COMEBACK_TEST_FOLDER) += slot == "1" ? "" : slot;
  }
  static std::string uri() { return libvirt_backend::embedded_uri(folder() / "embed"); }
  static libvirt_backend::connection connect_here(bool read_only = false) {
    return libvirt_backend::connect(
        {.uri = uri(), .read_only = read_only, .is_root = geteuid() == 0, .state_directory = folder()});
  }

 protected:
  void SetUp() override {
    const auto there = machine_->os().sessions().size();
    if (there > 3) {
      fresh();  // a test that failed left somebody behind
    } else if (there < 3) {
      machine_->log_in_again();
    }
  }
  /// For suites that say themselves what shall run.
  static void make_machine() {
    if (!machine_)
      machine_ = std::make_unique<guest>(connect_here(), built_guest(system()), folder() / "disk");
  }
  static guest& machine() { return *machine_; }
  static void fresh() { machine_->up(); }
  static std::string run(const std::string& script) { return machine_->run(script); }

 private:
  static std::string setting(const char* name, const char* usual) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : usual;
  }

  static inline std::unique_ptr<guest> machine_;
};

}  // namespace comeback::test_guest
