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
/// their order, each with "machine" first, "error" where it failed or was skipped, and "skipped": true for
/// the latter. Of none the text says that no machine is running.

/// Of a machine that failed the text is what the host knows, without the error.
[[nodiscard]] std::string facts_text(const facts_answer& only);
[[nodiscard]] std::string facts_json(const facts_answer& only);
[[nodiscard]] std::string facts_text(const std::vector<facts_answer>& all);
[[nodiscard]] std::string facts_json(const std::vector<facts_answer>& all);

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

/// Of one that failed the text is what became of the sessions, without the error.
[[nodiscard]] std::string logoff_text(const logoff_row& only);
[[nodiscard]] std::string logoff_json(const logoff_row& only);
/// How things stand: while it runs, and at the end.
[[nodiscard]] std::string logoff_text(const std::vector<logoff_row>& rows);
[[nodiscard]] std::string logoff_json(const std::vector<logoff_row>& rows);

/// `as_awaited` is what the machines that are done are: "the agent answers".
[[nodiscard]] std::string wait_text(const std::vector<verdict>& all, const std::string& as_awaited);
[[nodiscard]] std::string wait_json(const verdict& only);
[[nodiscard]] std::string wait_json(const std::vector<verdict>& all);

}  // namespace comeback::cli
