// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "machine/notifications.hpp"
#include "machine/virtual_machine.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::machine {

/// A machine as a list tells of it. No state: it went away while the list was made.
struct listed_machine {
  std::shared_ptr<virtual_machine> vm;
  std::optional<run_state> state;
};

/// A connection to something that runs machines. All members may be called from any thread.
class hypervisor {
 public:
  hypervisor() = default;
  hypervisor(const hypervisor&) = delete;
  hypervisor& operator=(const hypervisor&) = delete;
  virtual ~hypervisor() = default;

  [[nodiscard]] virtual std::string uri() const = 0;
  [[nodiscard]] virtual bool read_only() const noexcept = 0;
  /// Every machine, running or not, sorted by name.
  [[nodiscard]] virtual std::vector<std::shared_ptr<virtual_machine>> machines() const = 0;
  /// The same with their states. Asks each machine, unless a back end knows how to ask once for all.
  [[nodiscard]] virtual std::vector<listed_machine> machines_with_states() const;
  /// Makes a machine known from the hypervisor's own description (libvirt: domain XML), or changes it. Throws
  /// `errc::invalid_argument` with the hypervisor's words when it does not like the description.
  virtual std::shared_ptr<virtual_machine> define(std::string_view xml) = 0;
  /// Tells what becomes of the machines from now on, as long as the subscription and the hypervisor live.
  /// Does not throw for a broken connection: the back end mends it by itself while somebody listens.
  [[nodiscard]] virtual subscription subscribe(std::shared_ptr<base::courier> by, listener listen) = 0;
};

/// By exact name, else by UUID, else by name in any case; null when there is none.
[[nodiscard]] std::shared_ptr<virtual_machine> find(const hypervisor& in, std::string_view name_or_uuid);
/// The same among machines that were listed before: who looks for many names asks once.
[[nodiscard]] std::shared_ptr<virtual_machine> find(
    const std::vector<std::shared_ptr<virtual_machine>>& among, std::string_view name_or_uuid);
/// `errc::vm_unknown`, naming what was looked for and where.
[[nodiscard]] base::error no_such_machine(const hypervisor& in, std::string_view name_or_uuid);
/// As `find`, but throws `errc::vm_unknown` naming what was looked for and where.
[[nodiscard]] std::shared_ptr<virtual_machine> get(const hypervisor& in, std::string_view name_or_uuid);

}  // namespace comeback::machine
