// SPDX-License-Identifier: Apache-2.0
#include "rockridge/link.hpp"

#include "rockridge/format.hpp"

#include <algorithm>
#include <iterator>

namespace comeback::rockridge {
namespace {

constexpr std::size_t fixed = sizeof(entry_header) + 1;  // header and flags
constexpr std::size_t most = 255 - fixed;                // bytes of components in one entry
constexpr std::size_t component_fixed = 2;               // flags and length

class link_entries {
 public:
  explicit link_entries(std::vector<std::byte>& out) : out_(out) {}

  void add(std::string_view part) {
    if (part == ".") return add_piece(flags::current, {});
    if (part == "..") return add_piece(flags::parent, {});
    // A component that does not fit goes on in the next entry.
    while (true) {
      auto room = most - pending_.size();
      if (room < component_fixed + 1) {
        flush(true);
        room = most;
      }
      const auto piece = part.substr(0, std::min(part.size(), room - component_fixed));
      part.remove_prefix(piece.size());
      add_piece(part.empty() ? u8{0} : u8{flags::continues}, piece);
      if (part.empty()) return;
    }
  }

  void add_root() { add_piece(flags::root, {}); }
  void finish() { flush(false); }

 private:
  void add_piece(u8 flag, std::string_view text) {
    if (pending_.size() + component_fixed + text.size() > most) flush(true);
    pending_ += static_cast<char>(flag);
    pending_ += static_cast<char>(text.size());
    pending_ += text;
  }

  void flush(bool more) {
    entry_header header{.signature = {{'S', 'L'}}};
    header.length = static_cast<u8>(fixed + pending_.size());
    disk::append(out_, header);
    out_.push_back(std::byte{more ? u8{flags::continues} : u8{0}});
    std::ranges::transform(pending_, std::back_inserter(out_),
                           [](char c) { return static_cast<std::byte>(c); });
    pending_.clear();
  }

  std::vector<std::byte>& out_;
  std::string pending_;
};

}  // namespace

void append_link(std::string_view target, std::vector<std::byte>& out) {
  link_entries entries(out);
  if (target.starts_with('/')) entries.add_root();
  while (!target.empty()) {
    const auto part = target.substr(0, target.find('/'));
    target.remove_prefix(std::min(target.size(), part.size() + 1));
    if (!part.empty()) entries.add(part);
  }
  entries.finish();
}

std::string recorded_link(std::string_view target) {
  std::string out;
  for (const char c : target)
    if (c != '/' || !out.ends_with('/')) out += c;
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

}  // namespace comeback::rockridge
