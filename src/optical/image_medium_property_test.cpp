// SPDX-License-Identifier: Apache-2.0
// Media of every kind, written, closed, cut off, opened again and erased at random, beside a model of what
// they hold.
#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "optical/image_medium.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using disk::lba;

constexpr std::uint64_t capacity = 64'000;
constexpr int steps = 60;

// What a medium shall hold: the filling of each block, by number.
struct model {
  const media_facts& facts;
  std::vector<char> written;  // zeros between sessions
  std::vector<recorded_session> sessions;
  std::uint64_t next = 0;  // of sequential media, while no session is open
  bool closed = false;

  [[nodiscard]] bool sequential() const { return facts.how == writing::sequential; }
  [[nodiscard]] bool open() const { return !sessions.empty() && !sessions.back().closed; }
  [[nodiscard]] std::uint64_t next_writable() const {
    if (sequential() && !open()) return next;
    const std::uint64_t end = written.size(), unit = sequential() ? 1 : facts.write_unit;
    return (end + unit - 1) / unit * unit;
  }

  void write(std::uint64_t at, std::uint64_t count, char filling) {
    if (at + count > written.size()) written.resize(at + count);
    std::fill_n(written.begin() + static_cast<std::ptrdiff_t>(at), count, filling);
    if (!sequential()) {
      sessions = {{{0}, {written.size()}, true}};
    } else if (open()) {
      sessions.back().blocks.value += count;
    } else {
      sessions.push_back({{at}, {count}, false});
    }
  }
  void close(bool finalize) {
    if (!sequential()) return;
    if (open()) {
      sessions.back().closed = true;
      const std::uint64_t unit = facts.write_unit;
      const auto& gap = sessions.size() == 1 ? facts.after_first : facts.between;
      next = (written.size() + unit - 1) / unit * unit + gap.value;
    }
    closed = finalize;
  }
  void erase() {
    written.clear();
    sessions.clear();
    next = 0;
    closed = false;
  }
};

class trial {
 public:
  trial(const media_facts& facts, unsigned seed) : chance_(seed), expected_{facts, {}, {}} {
    medium_ = create_image_medium(image_, facts.type, {capacity});
  }

  void run() {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(step);
      one_step();
      compare();
    }
  }

 private:
  std::uint64_t below(std::uint64_t limit) {
    return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(chance_);
  }

  void one_step() {
    switch (below(10)) {
      case 0:
        return close(below(8) == 0);
      case 1:
        return close(false);
      case 2:
        return reopen();
      case 3:
        return cut();
      case 4:
        return refused();
      case 5:
        return below(4) == 0 ? erase() : reopen();
      default:
        return write();
    }
  }

  bool takes(std::uint64_t at, std::uint64_t count) const {
    return !expected_.closed && at + count <= capacity;
  }

  void write() {
    const std::uint64_t unit = expected_.sequential() ? 1 : expected_.facts.write_unit;
    const auto count = (1 + below(5)) * unit;
    const auto end = expected_.next_writable();
    const auto at = expected_.sequential() ? end : below(end / unit + 3) * unit;
    const auto filling = static_cast<char>('a' + below(26));
    const std::vector<std::byte> blocks(count * disk::block_size, static_cast<std::byte>(filling));
    if (!takes(at, count)) {
      EXPECT_THROW(medium_->write({at}, blocks), base::error);
      return;
    }
    medium_->write({at}, blocks);
    expected_.write(at, count, filling);
  }

  void close(bool finalize) {
    const bool nothing =
        expected_.sequential() && (expected_.closed || (finalize && expected_.sessions.empty()));
    if (nothing) {
      EXPECT_THROW(medium_->close_session(finalize), base::error);
      return;
    }
    medium_->close_session(finalize);
    expected_.close(finalize);
  }

  void reopen() {
    medium_.reset();
    medium_ = open_image_medium(image_, access::writing);
  }

  // The power fails: of the session that is open, a part has not reached the disk.
  void cut() {
    if (!expected_.open()) return;
    medium_.reset();
    auto& s = expected_.sessions.back();
    const auto kept = below(s.blocks.value * disk::block_size + 1);
    fs::resize_file(image_, s.first.value * disk::block_size + kept);
    s.blocks = disk::blocks_for(kept);
    expected_.written.resize(s.first.value + s.blocks.value);
    if (s.blocks.value == 0) expected_.sessions.pop_back();
    medium_ = open_image_medium(image_, access::writing);
  }

  void refused() {
    const auto next = expected_.next_writable();
    const auto at = below(next + 100);
    const bool fits = expected_.sequential() ? at == next : at % expected_.facts.write_unit == 0;
    if (fits) return;
    EXPECT_THROW(medium_->write({at}, std::vector<std::byte>(disk::block_size)), base::error) << at;
  }

  void erase() {
    medium_.reset();
    if (expected_.facts.erasable) {
      erase_image_medium(image_);
      expected_.erase();
    } else {
      EXPECT_THROW(erase_image_medium(image_), base::error);
    }
    medium_ = open_image_medium(image_, access::writing);
  }

  void compare() {
    const auto reader = open_image_medium(image_, access::reading);
    for (const auto* m : {medium_.get(), reader.get()}) {
      EXPECT_EQ(m->sessions(), expected_.sessions);
      EXPECT_EQ(m->next_writable(), lba{expected_.next_writable()});
      EXPECT_EQ(m->state() == medium_state::blank, expected_.sessions.empty());
      const auto bytes = m->bytes();
      ASSERT_EQ(disk::blocks_for(bytes->size()).value, written_end());
      for (int n = 0; n < 20 && written_end() > 0; ++n) {
        const auto block = below(written_end());
        char one = '?';
        ASSERT_EQ(bytes->read_at(block * disk::block_size, std::as_writable_bytes(std::span(&one, 1))), 1U);
        EXPECT_EQ(one, expected_.written[block]) << block;
      }
    }
  }

  // Behind the last session, that is: what a cut took away whole leaves room that counts as nothing.
  std::uint64_t written_end() const {
    if (expected_.sessions.empty()) return 0;
    const auto& last = expected_.sessions.back();
    return last.first.value + last.blocks.value;
  }

  base::temporary_folder folder_;
  fs::path image_ = folder_.path() / "disc.img";
  std::mt19937 chance_;
  model expected_;
  std::unique_ptr<medium> medium_;
};

TEST(ImageMediumProperty, HoldsWhatItsModelHolds) {
  for (const auto& facts : all_media()) {
    if (facts.how == writing::none) continue;
    for (const unsigned seed : {1U, 2U}) {
      SCOPED_TRACE(std::string(facts.name) + ", seed " + std::to_string(seed));
      trial(facts, seed).run();
    }
  }
}

}  // namespace
}  // namespace comeback::optical
