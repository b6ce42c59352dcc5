// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/connect.hpp"

#include "libvirt_backend/agent_channel.hpp"
#include "libvirt_backend/embedded.hpp"
#include "libvirt_backend/errors.hpp"
#include "libvirt_backend/hypervisor.hpp"
#include "libvirt_backend/short_path.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

/// Measured: 31 to 110 ms; ten times that for a busy machine.
constexpr std::chrono::seconds agents_settle_within{1};

constexpr const char* user_uri = "qemu:///session";
constexpr const char* system_uri = "qemu:///system";

/// A daemon that hangs, or a host that drops off the net, is noticed within 20 s, and every call to it fails
/// then: libvirt waits for one interval more than it counts. Opening comes before that and has its own limit:
/// so no wait of ours is without an end. Drivers that run in this process need none, and say so.
constexpr int keepalive_interval = 5;
constexpr unsigned keepalive_count = 3;

/// Who is asked for a password, by ssh or by polkit, may have to look for it.
constexpr std::chrono::minutes a_person_answers_within{2};

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
  const no_sigpipe guard;
  const c_string text(virConnectGetURI(connect));
  return text ? text.get() : "";
}

bool a_person_may_be_asked(const std::string& uri, bool is_root) {
  const auto has = [&uri](std::string_view part) { return uri.find(part) != uri.npos; };
  return has("+ssh:") || has("+libssh:") || has("+libssh2:") || (!is_root && has(":///system"));
}

/// By way of `how_to`, and no longer than the options say.
connect_handle open_in_time(const std::shared_ptr<event_loop>& loop, const std::string& uri,
                            const options& how, connect_handle (*how_to)(const std::string&, bool)) {
  auto limit = how.answer_within;
  if (a_person_may_be_asked(uri, how.is_root)) limit = std::max<milliseconds>(limit, a_person_answers_within);
  opening begun(
      uri, [loop, uri, read_only = how.read_only, how_to] { return how_to(uri, read_only); }, limit);
  begun.wait();
  return begun.take();
}

embedded_connection open_chosen(const std::shared_ptr<event_loop>& loop, const options& how) {
  if (const auto root = embedded_root(how.uri)) return open_embedded(*root, how.read_only, how.is_root);
  if (!how.uri.empty()) return {open_in_time(loop, how.uri, how, open), {}};
  if (!how.is_root) return {open_in_time(loop, user_uri, how, open), {}};
  // One that is there and keeps silent throws: its machines are the ones that are meant.
  if (system_daemon_may_answer()) {
    if (auto connect = open_in_time(loop, system_uri, how, try_open)) return {std::move(connect), {}};
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
  embedded_connection opened = open_chosen(loop, how);
  const std::string uri = uri_of(opened.connect.get());
  // Where the choice fell once, it stays: a daemon that is away for a moment is waited for, not replaced.
  link::way again{.uri = how.uri.empty() ? uri : how.uri, .open = {}, .within = how.answer_within};
  again.open = [uri = again.uri, read_only = how.read_only] { return open(uri, read_only); };
  auto with =
      std::make_shared<link>(std::move(loop), std::move(opened.connect), std::move(again), how.read_only);
  if (embedded_root(uri)) with->agents_settle_within(agents_settle_within);
  return {std::make_shared<libvirt_hypervisor>(with),
          [all = std::make_shared<channels>()](const std::shared_ptr<machine::virtual_machine>& vm) {
            return all->of(vm);
          },
          opened.note};
}

}  // namespace comeback::libvirt_backend
