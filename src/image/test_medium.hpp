// SPDX-License-Identifier: Apache-2.0
// A medium in memory that remembers every write, so that a test can replay what a cut leaves of them.
#pragma once

#include "optical/medium.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace comeback::image::testing {

class memory_medium final : public optical::medium {
 public:
  struct written {
    disk::lba at;
    std::vector<std::byte> bytes;
    unsigned epoch;  // how many syncs came before it
  };

  explicit memory_medium(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const optical::media_facts& facts() const override {
    return optical::facts_of(optical::media_type::disk);
  }
  [[nodiscard]] std::string name() const override { return "test.iso"; }
  [[nodiscard]] optical::medium_state state() const override { return optical::medium_state::appendable; }
  [[nodiscard]] std::vector<optical::recorded_session> sessions() const override { return {}; }
  [[nodiscard]] std::shared_ptr<const disk::source> bytes() const override {
    return std::make_shared<const disk::memory_source>(bytes_, "test.iso");
  }
  [[nodiscard]] disk::block_count capacity() const override { return {}; }
  [[nodiscard]] disk::lba next_writable() const override { return {disk::blocks_for(bytes_.size()).value}; }
  [[nodiscard]] disk::block_count free_blocks() const override { return {}; }
  void write(disk::lba at, std::span<const std::byte> blocks) override {
    const auto offset = static_cast<std::size_t>(disk::offset_of(at));
    if (fail_at_ && writes_.size() == *fail_at_)
      throw base::error(base::errc::disk_full, "The test is full.");
    writes_.push_back({at, {blocks.begin(), blocks.end()}, syncs_});
    bytes_.resize(std::max(bytes_.size(), offset + blocks.size()));
    std::ranges::copy(blocks, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  void sync() override { ++syncs_; }
  void give_up_behind(std::uint64_t bytes) override {
    bytes_.resize(std::min(bytes_.size(), static_cast<std::size_t>(bytes)));
  }
  void close_session(bool /*finalize*/) override {}

  void fail_at(std::size_t write) { fail_at_ = write; }
  [[nodiscard]] const std::vector<written>& writes() const { return writes_; }
  [[nodiscard]] const std::vector<std::byte>& now() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  std::vector<written> writes_;
  unsigned syncs_ = 0;
  std::optional<std::size_t> fail_at_;
};

}  // namespace comeback::image::testing
