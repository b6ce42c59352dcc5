// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_info.hpp"

#include "base/progress.hpp"
#include "cli/crew.hpp"
#include "guest/agent.hpp"
#include "guest/guest_os.hpp"

namespace comeback::cli {
namespace {

constexpr std::chrono::seconds first_deadline{5};

template <class T, class Ask>
void learn(known<T>& fact, const std::stop_token& stop, const Ask& ask) {
  base::check(stop);
  try {
    fact.value = ask();
  } catch (...) {
    fact.why = base::describe_current_exception();
  }
}

// The checks come first, in their order and with their words: they tell a paused machine from one without an
// agent. That commands are not allowed is an answer all the same.
guest::agent_info ask_agent(const guest::guest_os& system, const guest::channel& way,
                            const guest::agent& agent) {
  try {
    system.check();
  } catch (const base::error& e) {
    const bool refuses = e.code() == base::errc::additions_feature_not_available &&
                         way.state() == machine::agent_channel::connected;
    if (!refuses) throw;
    try {
      return agent.info(first_deadline);
    } catch (const base::error&) {
      throw e;
    }
  }
  return agent.info(first_deadline);
}

// Throws where the machine or its agent cannot be asked; `facts` holds what was known by then.
void ask(guest_facts& facts, const target& of, const guest::channel_factory& channels,
         const std::stop_token& stop) {
  facts.machine = of.name;
  base::check(stop);
  const auto& vm = machine_of(of);
  facts.state = vm->state();
  const auto way = channels(vm);
  const guest::guest_os system(vm, way);
  const guest::agent agent(way, vm->name());
  facts.agent.value = ask_agent(system, *way, agent);
  learn(facts.host_name, stop, [&] { return agent.host_name(); });
  learn(facts.system, stop, [&] { return agent.os(); });
  learn(facts.logged_on, stop, [&] { return system.sessions().size(); });
  learn(facts.many_sessions, stop, [&] { return system.multiple_user_sessions_allowed(); });
  learn(facts.sessions_started, stop, [&] { return system.terminal_services_initialized(); });
  base::check(stop);
}

facts_answer answer_of(const fleet& of, const target& t, const std::stop_token& stop) {
  facts_answer mine;
  mine.machine = t.name;
  try {
    ask(mine.value, t, of.channels, stop);
  } catch (...) {
    static_cast<verdict&>(mine) = refusal(of, t);
  }
  return mine;
}

}  // namespace

std::vector<facts_answer> ask_facts(const fleet& of, const std::stop_token& stop) {
  std::vector<facts_answer> all(of.machines.size());
  work_on_all(all.size(), stop, [&](std::size_t i) -> std::optional<std::chrono::milliseconds> {
    all[i] = answer_of(of, of.machines[i], stop);
    return std::nullopt;
  });
  return all;
}

}  // namespace comeback::cli
