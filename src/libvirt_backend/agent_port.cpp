// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/agent_port.hpp"

#include "base/error.hpp"
#include "libvirt_backend/domain_xml.hpp"

#include <thread>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds between_tries{100};

bool has_port(const port_machine& of) { return !agent_channel_device(of.xml_now()).empty(); }

/// Somebody else may have been faster, or the daemon may have gone after it had done it.
void plug_in(port_machine& of, const std::string& device) {
  try {
    of.plug_in(device);
  } catch (const error&) {
    if (!has_port(of)) throw;
  }
}

}  // namespace

void agent_port::replug(port_machine& of, milliseconds unplugged) {
  const std::lock_guard lock(mutex_);
  const std::string xml = of.xml_now();
  if (const std::string device = agent_channel_device(xml); !device.empty()) {
    missing_ = device;  // before it is: a call that fails may have unplugged it
    run_ = run_of(xml);
    of.unplug(device);
    std::this_thread::sleep_for(unplugged);
  } else {
    look(of, xml);
  }
  if (missing_.empty()) return;
  plug_in_patiently(of);
  missing_.clear();
}

// A machine that was started anew has what its description says, and misses nothing of what it had before.
void agent_port::look(const port_machine& of, const std::string& xml) {
  const bool there = !agent_channel_device(xml).empty();
  if (there || run_of(xml) != run_) missing_.clear();
  run_ = run_of(xml);
  if (!there && missing_.empty() && !run_.empty()) missing_ = agent_channel_device(of.xml_next());
}

agent_port::restored agent_port::restore(port_machine& of) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return restored::under_way;
  try {
    look(of, of.xml_now());
    if (missing_.empty()) return restored::nothing;
    plug_in(of, missing_);
  } catch (const error&) {  // then there is none, and the next one tries again
    return restored::nothing;
  }
  missing_.clear();
  return restored::plugged_in;
}

bool agent_port::is_missing() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  return lock && !missing_.empty();
}

void agent_port::plug_in_patiently(port_machine& of) const {
  for (const auto until = steady_clock::now() + patience_;;) {
    try {
      return plug_in(of, missing_);
    } catch (const error& e) {
      // Other codes do not pass: the machine is gone, or the caller may not.
      if (e.code() != errc::exception || steady_clock::now() >= until) throw;
    }
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace comeback::libvirt_backend
