// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "machine/hypervisor.hpp"

#include <string>
#include <vector>

namespace comeback::cli {

/// What the vm verbs print: for people, or as JSON. Texts end with a line feed. Everything a hypervisor named
/// is made printable.

using machine_list = std::vector<machine::listed_machine>;
[[nodiscard]] std::string machines_text(const machine_list& all);
[[nodiscard]] std::string machines_json(const machine_list& all);

[[nodiscard]] std::string machine_text(const machine::virtual_machine& vm);
[[nodiscard]] std::string machine_json(const machine::virtual_machine& vm);

}  // namespace comeback::cli
