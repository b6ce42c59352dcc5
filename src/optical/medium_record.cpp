// SPDX-License-Identifier: Apache-2.0
#include "optical/medium_record.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace comeback::optical {
namespace {

constexpr std::string_view first_line = "comeback medium 1";

// Decimal digits as `write_record` has them: no sign, no zero in front.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, value);
  if (fault != std::errc{} || end != last || (text.front() == '0' && text.size() > 1)) return {};
  return value;
}

// Reads line by line. Each step looks at the line at hand, and goes on to the next one when it has taken it.
class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  tl::expected<medium_record, record_fault> read() {
    if (next_line() && header() && type() && capacity() && recorded() && end()) return std::move(record_);
    return tl::unexpected(record_fault{line_number_, std::move(what_)});
  }

 private:
  bool fail(std::string what) {
    what_ = std::move(what);
    return false;
  }

  bool next_line() {
    ++line_number_;
    const auto length = rest_.find('\n');
    if (length == std::string_view::npos) return fail("the record is cut off");
    line_ = rest_.substr(0, length);
    rest_.remove_prefix(length + 1);
    return true;
  }

  // What follows `word` and a blank.
  std::optional<std::string_view> after(std::string_view word) const {
    if (!line_.starts_with(word) || line_.size() <= word.size() || line_[word.size()] != ' ') return {};
    return line_.substr(word.size() + 1);
  }

  bool number(std::string_view word, std::uint64_t& value) {
    const auto text = after(word);
    const auto found = text ? number_in(*text) : std::nullopt;
    if (!found) return fail(fmt::format("'{}' and a number are missing", word));
    value = *found;
    return true;
  }

  bool header() {
    if (line_ == first_line) return next_line();
    return fail(line_.starts_with("comeback medium ") ? "it was written by another version of comeback"
                                                      : "this is no record of a medium");
  }

  bool type() {
    const auto name = after("type");
    facts_ = name ? find_media(*name) : nullptr;
    if (facts_ == nullptr) return fail("'type' and a kind of medium are missing");
    record_.type = facts_->type;
    return next_line();
  }

  bool capacity() {
    if (!number("capacity", record_.capacity.value)) return false;
    if (record_.capacity > most_blocks) return fail("the capacity is larger than any medium's");
    if (record_.capacity.value == 0 && record_.type != media_type::disk)
      return fail("the capacity is 0, which only a disk may have");
    return next_line();
  }

  bool recorded() {
    return facts_->how != writing::sequential || (next_writable() && sessions() && closed());
  }

  bool next_writable() {
    if (!number("next", record_.next.value)) return false;
    if (record_.next.value > 2 * most_blocks.value)
      return fail("the next writable address is beyond any medium");
    return next_line();
  }

  bool sessions() {
    disk::lba end{};
    while (const auto text = after("session")) {
      const auto blank = text->find(' ');
      const auto first = number_in(text->substr(0, blank));
      const auto blocks = blank != std::string_view::npos ? number_in(text->substr(blank + 1)) : std::nullopt;
      if (!first || !blocks) return fail("a session has two numbers, its first block and its blocks");
      if (!add({{*first}, {*blocks}}, end) || !next_line()) return false;
    }
    return true;
  }

  bool add(const recorded_session& s, disk::lba& end) {
    const auto number = record_.sessions.size() + 1;
    if (number > most_sessions) return fail("there are more sessions than any medium takes");
    if (s.first < end)
      return fail(fmt::format("session {} begins before session {} ends", number, number - 1));
    if (s.blocks.value == 0) return fail(fmt::format("session {} has no blocks", number));
    if (s.first.value > record_.capacity.value || s.blocks.value > record_.capacity.value - s.first.value)
      return fail(fmt::format("session {} ends beyond the capacity", number));
    end = s.first + s.blocks;
    if (end > record_.next)
      return fail(fmt::format("session {} ends behind the next writable address", number));
    record_.sessions.push_back(s);
    return true;
  }

  bool closed() {
    if (line_ != "closed") return true;
    if (record_.sessions.empty()) return fail("the medium is closed, but has no session");
    record_.closed = true;
    return next_line();
  }

  bool end() {
    if (line_ != "end") return fail("this line has no place here");
    if (rest_.empty()) return true;
    ++line_number_;
    return fail("there is more behind the end");
  }

  std::string_view rest_, line_;
  std::size_t line_number_ = 0;
  std::string what_;
  const media_facts* facts_ = nullptr;
  medium_record record_;
};

}  // namespace

std::string write_record(const medium_record& record) {
  const auto& facts = facts_of(record.type);
  auto text = fmt::format("{}\ntype {}\ncapacity {}\n", first_line, facts.name, record.capacity.value);
  auto out = std::back_inserter(text);
  if (facts.how == writing::sequential) fmt::format_to(out, "next {}\n", record.next.value);
  for (const auto& s : record.sessions) fmt::format_to(out, "session {} {}\n", s.first.value, s.blocks.value);
  return text + (record.closed ? "closed\nend\n" : "end\n");
}

tl::expected<medium_record, record_fault> read_record(std::string_view text) { return reader(text).read(); }

}  // namespace comeback::optical
