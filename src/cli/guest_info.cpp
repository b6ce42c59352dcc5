// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_info.hpp"

#include "guest/agent.hpp"
#include "guest/guest_os.hpp"

namespace comeback::cli {
namespace {

constexpr std::chrono::seconds first_deadline{5};

template <class T, class Ask>
void learn(known<T>& fact, const Ask& ask) {
  try {
    fact.value = ask();
  } catch (...) {
    fact.why = base::describe_current_exception();
  }
}

// The checks come first, in their order and with their words: they tell a paused machine from one without an
// agent. That commands are not allowed is an answer all the same.
guest::agent_info ask_agent(const guest::guest_os& system, const guest::agent& agent) {
  try {
    system.check();
  } catch (const base::error& e) {
    if (e.code() != base::errc::additions_feature_not_available) throw;
    try {
      return agent.info(first_deadline);
    } catch (const base::error&) {
      throw e;
    }
  }
  return agent.info(first_deadline);
}

void nothing_known(guest_facts& facts) {
  const auto& why = facts.agent.why;
  facts.host_name.why = facts.system.why = facts.logged_on.why = why;
  facts.many_sessions.why = facts.sessions_started.why = why;
}

}  // namespace

guest_facts ask_facts(const target& of, const guest::channel_factory& channels) {
  const auto& vm = machine_of(of);
  guest_facts facts;
  facts.machine = vm->name();
  facts.state = vm->state();
  const auto way = channels(vm);
  const guest::guest_os system(vm, way);
  const guest::agent agent(way, vm->name());
  learn(facts.agent, [&] { return ask_agent(system, agent); });
  if (!facts.agent.value) {
    nothing_known(facts);
    return facts;
  }
  learn(facts.host_name, [&] { return agent.host_name(); });
  learn(facts.system, [&] { return agent.os(); });
  learn(facts.logged_on, [&] { return system.sessions().size(); });
  learn(facts.many_sessions, [&] { return system.multiple_user_sessions_allowed(); });
  learn(facts.sessions_started, [&] { return system.terminal_services_initialized(); });
  return facts;
}

}  // namespace comeback::cli
