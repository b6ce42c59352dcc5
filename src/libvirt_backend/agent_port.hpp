// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace comeback::libvirt_backend {

/// What a port needs of its machine; each throws `base::error`.
class port_machine {
 public:
  port_machine() = default;
  port_machine(const port_machine&) = delete;
  port_machine& operator=(const port_machine&) = delete;
  virtual ~port_machine() = default;

  /// The machine as it runs, and as it will start the next time.
  [[nodiscard]] virtual std::string xml_now() const = 0;
  [[nodiscard]] virtual std::string xml_next() const = 0;
  virtual void unplug(const std::string& device) = 0;
  virtual void plug_in(const std::string& device) = 0;
};

/// The port that the agent's channel of a running machine ends at, for repairs. A port that was unplugged and
/// could not be plugged in again, its daemon having gone in between, is missing: it is remembered here, and
/// where the process that knew has died, the machine's persistent description still has it. Any thread.
class agent_port {
 public:
  /// For as long a daemon may be away while a port is to be plugged in.
  static constexpr std::chrono::milliseconds usual_patience{10'000};

  explicit agent_port(std::chrono::milliseconds patience = usual_patience) : patience_(patience) {}

  /// Unplugs it for that long and plugs it in again; one that is missing is only plugged in. Does nothing
  /// where the machine has none. Throws `base::error`; what is missing then, the next call plugs in.
  void replug(port_machine& of, std::chrono::milliseconds unplugged);
  /// What became of a machine that runs without a port.
  enum class restored : std::uint8_t {
    nothing,     ///< it has none, or it cannot be plugged in
    plugged_in,  ///< it was missing
    under_way,   ///< somebody replugs it
  };
  restored restore(port_machine& of);
  /// Whether a call of ours has left it unplugged. Does not wait for one that is under way.
  [[nodiscard]] bool is_missing();

 private:
  /// Finds out what is missing.
  void look(const port_machine& of, const std::string& xml);
  void plug_in_patiently(port_machine& of) const;

  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::string missing_;  ///< its description; empty: none that we know of
  std::string run_;      ///< the run of the machine that it is missing in
};

}  // namespace comeback::libvirt_backend
