// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/connect.hpp"

#include "libvirt_backend/agent_channel.hpp"
#include "libvirt_backend/embedded.hpp"
#include "libvirt_backend/errors.hpp"
#include "libvirt_backend/hypervisor.hpp"
#include "libvirt_backend/short_path.hpp"

#include <map>
#include <mutex>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
namespace fs = std::filesystem;

/// Measured: 31 to 110 ms; ten times that for a busy machine.
constexpr std::chrono::seconds agents_settle_within{1};

constexpr const char* user_uri = "qemu:///session";
constexpr const char* system_uri = "qemu:///system";

/// A host that drops off the net is noticed within 15 s, and every call to it fails then: no wait of ours is
/// without an end. Drivers that run in this process need none, and say so.
constexpr int keepalive_interval = 5;
constexpr unsigned keepalive_count = 3;

connect_handle try_open(const std::string& uri, bool read_only) {
  connect_handle connect(read_only ? virConnectOpenReadOnly(uri.c_str()) : virConnectOpen(uri.c_str()));
  if (connect) virConnectSetKeepAlive(connect.get(), keepalive_interval, keepalive_count);
  return connect;
}

connect_handle open(const std::string& uri, bool read_only) {
  if (auto connect = try_open(uri, read_only)) return connect;
  const failure f = last_failure();
  const errc code = code_for(f);
  throw error(code == errc::vm_unknown ? errc::exception : code,
              fmt::format("Connecting to '{}': {}.", uri, f.message));
}

/// Either daemon's socket: the one for everything, or the one for QEMU alone. Asking first keeps a machine
/// without a daemon from waiting for one.
bool system_daemon_may_answer() {
  return fs::exists("/run/libvirt/libvirt-sock") || fs::exists("/run/libvirt/virtqemud-sock");
}

std::string uri_of(virConnectPtr connect) {
  const c_string text(virConnectGetURI(connect));
  return text ? text.get() : "";
}

embedded_connection open_chosen(const options& how) {
  if (const auto root = embedded_root(how.uri)) return open_embedded(*root, how.read_only, how.is_root);
  if (!how.uri.empty()) return {open(how.uri, how.read_only), {}};
  if (!how.is_root) return {open(user_uri, how.read_only), {}};
  if (system_daemon_may_answer()) {
    if (auto connect = try_open(system_uri, how.read_only)) return {std::move(connect), {}};
  }
  return open_embedded(how.state_directory / "embed", how.read_only, how.is_root);
}

/// One channel a machine, however many objects stand for it: its queue must be one queue.
class channels {
 public:
  std::shared_ptr<guest::channel> of(const std::shared_ptr<machine::virtual_machine>& vm) {
    auto ours = std::dynamic_pointer_cast<libvirt_machine>(vm);
    if (!ours) throw error(errc::invalid_argument, "The machine is not one of libvirt's.");
    const std::lock_guard lock(mutex_);
    auto& known = by_uuid_[vm->uuid()];
    if (auto channel = known.lock()) return channel;
    auto channel = std::make_shared<agent_channel>(std::move(ours));
    known = channel;
    return channel;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<guest::channel>> by_uuid_;
};

}  // namespace

std::string embedded_uri(const fs::path& root) {
  return fmt::format("qemu:///embed?root={}", to_percent(fs::absolute(root).string()));
}

connection connect(const options& how) {
  auto loop = event_loop::acquire();
  embedded_connection opened = open_chosen(how);
  const std::string uri = uri_of(opened.connect.get());
  // Where the choice fell once, it stays: a daemon that is away for a moment is waited for, not replaced.
  auto open_again = [uri = how.uri.empty() ? uri : how.uri, read_only = how.read_only] {
    return open(uri, read_only);
  };
  auto with = std::make_shared<link>(std::move(loop), std::move(opened.connect), std::move(open_again),
                                     how.read_only);
  if (embedded_root(uri)) with->agents_settle_within(agents_settle_within);
  return {std::make_shared<libvirt_hypervisor>(with),
          [all = std::make_shared<channels>()](const std::shared_ptr<machine::virtual_machine>& vm) {
            return all->of(vm);
          },
          opened.note};
}

}  // namespace comeback::libvirt_backend
