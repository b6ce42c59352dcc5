// SPDX-License-Identifier: Apache-2.0
#include "recording_channel.hpp"

#include "base/text.hpp"
#include "guest/reply.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace comeback::test_guest {

namespace {

using comeback::guest::exchange_outcome;
using std::chrono::milliseconds;

std::string_view name_of(exchange_outcome outcome) {
  switch (outcome) {
    case exchange_outcome::answered:
      return "";
    case exchange_outcome::refused:
      return "refused: ";
    case exchange_outcome::no_answer:
      return "no answer ";
    case exchange_outcome::not_connected:
      return "not connected ";
    case exchange_outcome::poisoned:
      return "the channel is broken: ";
  }
  return "";
}

/// Fit for a page, line by line: what a guest prints may be anything.
std::string printable_lines(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const auto end = text.find('\n');
    all += base::printable(text.substr(0, end)) + '\n';
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return all;
}

std::string block(std::string_view title, std::string_view text) {
  return text.empty() ? std::string() : fmt::format("\n{}:\n\n```\n{}```\n", title, printable_lines(text));
}

/// The script of a command that runs one: what follows -c.
std::string script_in(const std::string& command) {
  const auto message = nlohmann::json::parse(command);
  const auto words = message.value("/arguments/arg"_json_pointer, std::vector<std::string>());
  return words.size() == 2 && words[0] == "-c" ? words[1] : std::string();
}

std::string one_message(std::size_t number, const exchanged& m) {
  std::string text =
      fmt::format("\n## {}. Sent at {} ms, answered {} ms later\n\n```\n> {}\n< {}{}\n```\n", number,
                  m.sent.count(), (m.answered - m.sent).count(), base::printable(m.command),
                  name_of(m.reply.outcome), base::printable(m.reply.text));
  text += block("The script", script_in(m.command));
  if (const auto status = comeback::guest::read_exec_status(m.reply.text)) {
    text += block("Its output", status->out) + block("On its error output", status->err);
  }
  return text;
}

/// A question asked again, since it was not answered yet.
bool same(const exchanged& a, const exchanged& b) {
  return a.command == b.command && a.reply.outcome == b.reply.outcome && a.reply.text == b.reply.text;
}

}  // namespace

recording_channel::recording_channel(std::shared_ptr<comeback::guest::channel> real)
    : real_(std::move(real)), begun_(std::chrono::steady_clock::now()) {}

milliseconds recording_channel::now() const {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun_);
}

comeback::guest::exchange_result recording_channel::exchange(const std::string& command,
                                                             std::chrono::seconds deadline) {
  const milliseconds sent = now();
  auto reply = real_->exchange(command, deadline);
  const std::lock_guard lock(mutex_);
  messages_.push_back({sent, now(), command, reply});
  return reply;
}

std::vector<exchanged> recording_channel::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::string transcript(const std::vector<exchanged>& messages) {
  std::string text =
      "# A logoff, message by message\n\n"
      "Everyone is logged off the test guest; these are all messages to its agent (`>`) and from it (`<`), "
      "as they\n"
      "were. Below each stand the script that it carries and what that printed, which travel as JSON strings "
      "and as\n"
      "base64. Written by `comeback-test-guest GUEST FOLDER transcript`, on a machine with other work to "
      "do.\n";
  for (std::size_t i = 0; i < messages.size();) {
    const std::size_t first = i++;
    while (i < messages.size() && same(messages[i], messages[first])) ++i;
    text += one_message(first + 1, messages[first]);
    if (i - first > 1) {
      text += fmt::format("\nThe same {} times more, the last one answered at {} ms.\n", i - first - 1,
                          messages[i - 1].answered.count());
    }
  }
  return text;
}

}  // namespace comeback::test_guest
