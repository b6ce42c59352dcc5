// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "guest/channel.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace comeback::test_guest {

/// One message to the agent and what came of it.
struct exchanged {
  std::chrono::milliseconds sent, answered;  ///< since the channel was made
  std::string command;
  comeback::guest::exchange_result reply;
};

/// A channel that goes through another and writes everything down. May be used from any thread.
class recording_channel final : public comeback::guest::channel {
 public:
  explicit recording_channel(std::shared_ptr<comeback::guest::channel> real);

  comeback::guest::exchange_result exchange(const std::string& command,
                                            std::chrono::seconds deadline) override;
  [[nodiscard]] machine::agent_channel state() const override { return real_->state(); }
  [[nodiscard]] std::vector<exchanged> messages() const;

 protected:
  void repair(std::chrono::milliseconds unplugged) override { real_->repair_now(unplugged); }

 private:
  [[nodiscard]] std::chrono::milliseconds now() const;

  std::shared_ptr<comeback::guest::channel> real_;
  std::chrono::steady_clock::time_point begun_;
  mutable std::mutex mutex_;
  std::vector<exchanged> messages_;
};

/// The messages as Markdown: JSON as it was, and below it, as text, the scripts it carries and their output.
/// A message that is repeated with the same answer is counted.
[[nodiscard]] std::string transcript(const std::vector<exchanged>& messages);

}  // namespace comeback::test_guest
