// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/errors.hpp"

#include "libvirt_backend/handle.hpp"

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include <fmt/format.h>
#include <libvirt/virterror.h>

namespace comeback::libvirt_backend {

using base::errc;
using guest::exchange_outcome;

void free_memory::operator()(void* memory) const noexcept { std::free(memory); }

failure last_failure() {
  const virErrorPtr error = virGetLastError();
  if (error == nullptr) return {VIR_ERR_INTERNAL_ERROR, "unknown error"};
  return {error->code, error->message != nullptr ? error->message : "unknown error"};
}

errc code_for(const failure& f) noexcept {
  switch (f.code) {
    case VIR_ERR_NO_DOMAIN:
      return errc::vm_unknown;
    case VIR_ERR_OPERATION_INVALID:
      return errc::vm_not_running;
    case VIR_ERR_OPERATION_DENIED:  // 29: the connection is read-only
    case VIR_ERR_AUTH_FAILED:       // 45
    case VIR_ERR_ACCESS_DENIED:     // 88: a rule of polkit's
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
      return errc::access_denied;
    case VIR_ERR_INVALID_ARG:
    case VIR_ERR_XML_ERROR:
    case VIR_ERR_XML_DETAIL:
    case VIR_ERR_XML_INVALID_SCHEMA:
    case VIR_ERR_CONFIG_UNSUPPORTED:
      return errc::invalid_argument;
    case VIR_ERR_DOM_EXIST:
      return errc::already_exists;
    case VIR_ERR_NO_MEMORY:
      return errc::out_of_memory;
    case VIR_ERR_NO_SUPPORT:
      return errc::not_supported;
    case VIR_ERR_OPERATION_TIMEOUT:
      return errc::timed_out;
    default:
      return errc::exception;
  }
}

bool lost_connection(const failure& f) noexcept {
  if (f.code != VIR_ERR_INTERNAL_ERROR && f.code != VIR_ERR_SYSTEM_ERROR && f.code != VIR_ERR_RPC)
    return false;
  // libvirt 9.0, rpc/virnetclient.c and rpc/virnetsocket.c: no code tells them from other failures.
  constexpr std::string_view words[] = {"client socket is closed", "End of file while reading data",
                                        "Cannot recv data",        "Cannot write data",
                                        "keepalive timeout",       "hangup / error event on socket"};
  return std::ranges::any_of(words, [&f](auto each) { return f.message.find(each) != f.message.npos; });
}

base::error error_for(const failure& f, std::string_view doing) {
  return {code_for(f), fmt::format("{}: {}{}.", doing,
                                   lost_connection(f) ? "the connection to libvirt broke: " : "", f.message)};
}

void throw_last(std::string_view doing) { throw error_for(last_failure(), doing); }

std::optional<guest::exchange_result> agent_outcome(const failure& f) {
  const auto says = [&f](std::string_view words) { return f.message.find(words) != f.message.npos; };
  if (f.code == VIR_ERR_AGENT_UNRESPONSIVE) {
    // One code for four situations; only the words differ (libvirt 9.0, qemuDomainAgentAvailable).
    if (says("due to an error")) return {{exchange_outcome::poisoned, f.message}};
    // The second: it went while it was asked.
    if (says("is not connected") || says("agent disappeared"))
      return {{exchange_outcome::not_connected, f.message}};
    return {{exchange_outcome::no_answer, f.message}};
  }
  if (f.code == VIR_ERR_AGENT_UNSYNCED) return {{exchange_outcome::no_answer, f.message}};
  if (f.code == VIR_ERR_INTERNAL_ERROR && says("unable to execute QEMU agent command")) {
    return {{exchange_outcome::refused, f.message}};
  }
  // A reply above libvirt's limit: from here on the channel is of no use.
  if (says("No complete agent response")) return {{exchange_outcome::poisoned, f.message}};
  // No channel in the description: the state of the channel tells the same before anything is sent.
  if (f.code == VIR_ERR_ARGUMENT_UNSUPPORTED || f.code == VIR_ERR_CONFIG_UNSUPPORTED) {
    return {{exchange_outcome::not_connected, f.message}};
  }
  return std::nullopt;
}

void keep_libvirt_quiet() {
  static std::once_flag once;
  std::call_once(once, [] { virSetErrorFunc(nullptr, [](void*, virErrorPtr) {}); });
}

}  // namespace comeback::libvirt_backend
