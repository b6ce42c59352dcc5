// SPDX-License-Identifier: Apache-2.0
#include "disk/record.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace comeback::disk {
namespace detail {

std::string print_number(std::uint64_t value) { return fmt::format("{}", value); }

std::string print_both(std::uint64_t little, std::uint64_t big) {
  if (little == big) return print_number(little);
  return fmt::format("{} (big-endian: {})", little, big);
}

std::string print_text(std::string_view text) { return '"' + base::printable(text) + '"'; }

std::string print_bytes(std::span<const std::byte> bytes) {
  std::string out;
  for (const auto b : bytes) out += fmt::format("{:02x}", static_cast<unsigned>(b));
  return out;
}

}  // namespace detail

std::string describe(std::span<const field> fields, std::span<const std::byte> bytes) {
  std::string out;
  for (const auto& f : fields) {
    if (f.offset + f.size > bytes.size()) break;
    out += fmt::format("{} ({}): {}\n", f.name, f.clause, f.print(bytes.subspan(f.offset, f.size)));
  }
  return out;
}

}  // namespace comeback::disk
