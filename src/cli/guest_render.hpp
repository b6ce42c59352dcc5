// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "cli/fleet_logoff.hpp"
#include "cli/guest_info.hpp"
#include "cli/session_watch.hpp"
#include "guest/logoff.hpp"
#include "guest/session.hpp"

#include <string>
#include <vector>

namespace comeback::cli {

/// What the guest verbs print: for people, or as JSON. Texts end with a line feed. Everything a guest or a
/// hypervisor named is made printable. Of several machines there is an array with one object a machine, in
/// their order, each with "machine" first, and "error" where it failed or was skipped.

[[nodiscard]] std::string facts_text(const guest_facts& facts);
[[nodiscard]] std::string facts_json(const guest_facts& facts);
[[nodiscard]] std::string facts_text(const std::vector<answer<guest_facts>>& all);
[[nodiscard]] std::string facts_json(const std::vector<answer<guest_facts>>& all);

[[nodiscard]] std::string sessions_text(const std::vector<guest::session>& all);
[[nodiscard]] std::string sessions_json(const std::vector<guest::session>& all);
/// With a column for the machine; machines without a name have not answered yet and are left out.
[[nodiscard]] std::string sessions_text(const std::vector<session_answer>& all);
[[nodiscard]] std::string sessions_json(const std::vector<session_answer>& all);

/// One change on one line.
[[nodiscard]] std::string change_text(base::timestamp when, const std::string& machine,
                                      const session_change& change);
[[nodiscard]] std::string change_json(base::timestamp when, const std::string& machine,
                                      const session_change& change);

[[nodiscard]] std::string logoff_text(const std::vector<guest::session_result>& results);
[[nodiscard]] std::string logoff_json(const std::vector<guest::session_result>& results,
                                      const base::task_outcome& outcome);
/// How things stand: while it runs, and at the end.
[[nodiscard]] std::string logoff_text(const std::vector<logoff_row>& rows);
[[nodiscard]] std::string logoff_json(const std::vector<logoff_row>& rows);

/// `as_awaited` is what the machines that are done are: "the agent answers".
[[nodiscard]] std::string wait_text(const std::vector<verdict>& all, const std::string& as_awaited);
[[nodiscard]] std::string wait_json(const verdict& only);
[[nodiscard]] std::string wait_json(const std::vector<verdict>& all);

}  // namespace comeback::cli
