// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "test_guest.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace comeback::test_guest {

/// The real Debian guest under QEMU, on an embedded driver of this program's own (so that one program can use
/// it at a time: RESOURCE_LOCK guest). The tests of one suite share a machine, restored when the suite
/// begins; `SetUp` sees to it that alice, bob and carol are logged on. What a test breaks beyond that it
/// mends, or calls `fresh`.
///
/// The guest itself comes from tools/guest/build.sh, which the ctest fixture `test_guest` has run; driver and
/// throw-away disk lie in COMEBACK_TEST_FOLDER of the build tree.
class guest_test : public testing::Test {
 public:
  static void SetUpTestSuite() {
    if (!machine_) machine_ = std::make_unique<guest>(connect_here(), built_guest(), folder() / "disk");
    machine_->up();
  }
  static void TearDownTestSuite() {
    if (machine_) machine_->down();
    machine_.reset();
  }

  static std::filesystem::path folder() { return COMEBACK_TEST_FOLDER; }
  static std::string uri() { return libvirt_backend::embedded_uri(folder() / "embed"); }
  static libvirt_backend::connection connect_here(bool read_only = false) {
    return libvirt_backend::connect(
        {.uri = uri(), .read_only = read_only, .is_root = geteuid() == 0, .state_directory = folder()});
  }

 protected:
  void SetUp() override {
    if (machine_->os().sessions().size() != 3) machine_->log_in_again();
  }
  static guest& machine() { return *machine_; }
  static void fresh() { machine_->up(); }
  static std::string run(const std::string& script) { return machine_->run(script); }

 private:
  static inline std::unique_ptr<guest> machine_;
};

}  // namespace comeback::test_guest
