// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/guest_os.hpp"
#include "libvirt_backend/connect.hpp"
#include "machine/hypervisor.hpp"
#include "variant.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace comeback::test_guest {

/// A Debian guest of tools/guest as a machine: alice and bob on text consoles, carol in a session of
/// graphical type. It is booted once and saved; from then on it is restored from that state within two
/// seconds, on a throw-away disk, so that nobody can spoil it. The same for each variant whose boot differs;
/// the others are made from the restored one. Several processes may share what build.sh built.
class guest {
 public:
  /// What build.sh printed; the folder where the throw-away disk shall lie (made if need be).
  guest(libvirt_backend::connection to, std::filesystem::path built, const std::filesystem::path& folder);

  static constexpr const char* name = "comeback-guest";

  /// Runs, and is what the variant says: whatever was there before is thrown away. Throws `base::error`.
  void up(variant what = variant::whole);
  /// As `up`, but by a real boot; returns at once, with nothing up yet.
  void boot(variant what = variant::whole);
  /// Logs alice, bob and carol in again and waits until they are there.
  void log_in_again() const;
  /// One more session of that user's, the newest, which ends by SIGKILL alone.
  comeback::guest::session add_stubborn(const std::string& user) const;
  /// What a script prints in the guest (at most `guest::output_limit` bytes).
  [[nodiscard]] std::string run(const std::string& script,
                                std::chrono::seconds deadline = std::chrono::minutes(2)) const;
  /// Stops the machine, forgets it, and removes its disk. Does nothing where there is none.
  void down();

  [[nodiscard]] std::shared_ptr<machine::virtual_machine> vm() const;
  [[nodiscard]] comeback::guest::guest_os os() const;
  [[nodiscard]] const libvirt_backend::connection& connection() const noexcept { return to_; }
  /// The description that `up` defined last.
  [[nodiscard]] std::string xml() const;
  /// Waits until as many sessions are there, and wholly open; throws `errc::timed_out`.
  void wait_for_sessions(std::size_t count, std::chrono::seconds deadline) const;

 private:
  void make_disk() const;
  void make_saved_state();
  void restore();
  void restore_or_make_anew();
  void change() const;
  void wait_until_ready(std::chrono::seconds deadline) const;
  [[nodiscard]] bool saved_state_fits() const;
  [[nodiscard]] const recipe& own() const noexcept { return recipe_of(what_); }
  [[nodiscard]] std::filesystem::path disk() const { return folder_ / "disk.qcow2"; }
  [[nodiscard]] std::filesystem::path state() const;

  libvirt_backend::connection to_;
  std::filesystem::path built_, folder_;
  variant what_ = variant::whole;
  base::executor tasks_;
};

/// The folder of the guest that build.sh built, of "debian12" or "debian13"; throws when it must be built
/// first.
[[nodiscard]] std::filesystem::path built_guest(const std::string& system = "debian12");

}  // namespace comeback::test_guest
