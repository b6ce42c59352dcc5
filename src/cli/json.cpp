// SPDX-License-Identifier: Apache-2.0
#include "cli/json.hpp"

#include "base/text.hpp"
#include "cli/output.hpp"

namespace comeback::cli {
namespace {

std::string in_ascii(const json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string dump(const json& value) { return in_ascii(value, 2); }

std::string dump_line(const json& value) { return in_ascii(value, -1); }

json error_object(const base::described_error& e) {
  return {{"code", static_cast<std::uint32_t>(e.code)},
          {"hresult", hresult_text(e.code)},
          {"name", code_name(e.code)},
          {"message", base::valid_utf8(e.message)}};
}

}  // namespace comeback::cli
