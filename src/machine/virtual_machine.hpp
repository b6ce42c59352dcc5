// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "machine/state.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::machine {

struct dvd_drive {
  std::string bus;                             ///< "scsi", "sata", "ide"
  std::string target;                          ///< the drive's name within the machine, such as "sda"; unique
  std::optional<std::filesystem::path> image;  ///< what is in it; empty: nothing
};

/// Facts that change rarely. Where the machine runs they are those of the running machine.
struct details {
  unsigned memory_mib = 0;
  unsigned vcpus = 0;
  std::string os_type;  ///< "hvm"
  std::vector<dvd_drive> dvd_drives;
  agent_channel agent = agent_channel::absent;
};

/// One machine of a hypervisor. The object stays usable when the machine goes away: its members then throw
/// `errc::vm_unknown`. Every member throws `errc::access_denied` where the connection lacks the right, and
/// `errc::exception` where the hypervisor fails otherwise. All members may be called from any thread.
class virtual_machine {
 public:
  virtual_machine() = default;
  virtual_machine(const virtual_machine&) = delete;
  virtual_machine& operator=(const virtual_machine&) = delete;
  virtual ~virtual_machine() = default;

  /// Known since the object was made; these two ask nobody and do not throw.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  [[nodiscard]] virtual const std::string& uuid() const noexcept = 0;  ///< lower case, with hyphens

  [[nodiscard]] virtual run_state state() const = 0;
  [[nodiscard]] virtual machine::details details() const = 0;
  /// The description as the hypervisor keeps it.
  [[nodiscard]] virtual std::string xml() const = 0;

  /// Starts a machine that is off or saved. Throws `errc::vm_running` when it is on already. The task cannot
  /// be cancelled; it is complete when the machine runs, not when its system is up.
  virtual base::task start(base::executor& on) = 0;
  /// Cuts the power. Throws `errc::vm_not_running` when it is off or saved; paused machines can be stopped.
  virtual base::task stop(base::executor& on) = 0;
  /// Keeps memory and devices in a file and stops. Throws `errc::vm_not_running` unless it runs. The next
  /// `start` goes on from there.
  virtual base::task save(base::executor& on) = 0;

  /// Puts an image into a drive, instead of what is in there. `drive` is a `dvd_drive::target`; empty: the
  /// first drive. Throws `errc::drive_invalid` when there is no such drive, `errc::file_not_found` when the
  /// image does not exist. A running guest that locks its tray is not forced: `errc::media_unmount_failed`.
  virtual void insert_dvd(const std::filesystem::path& image, std::string_view drive = {}) = 0;
  /// Throws `errc::no_media_captured` when the drive is empty; otherwise as `insert_dvd`.
  virtual void eject_dvd(std::string_view drive = {}) = 0;

  /// Forgets the machine and its saved state; its disks stay. Throws `errc::vm_running` when it is on.
  virtual void undefine() = 0;
};

/// Throws `errc::vm_running`, naming the machine, unless it is off or saved.
void require_off(const virtual_machine& vm);
/// Throws `errc::vm_not_running`, naming the machine and its state, unless it runs (paused does not count).
void require_running(const virtual_machine& vm);
/// The drive named, or the first; throws `errc::drive_invalid` naming machine and drive.
[[nodiscard]] dvd_drive choose_drive(const virtual_machine& vm, std::string_view drive);

}  // namespace comeback::machine
