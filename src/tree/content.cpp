// SPDX-License-Identifier: Apache-2.0
#include "tree/content.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace comeback::tree {
namespace {

class memory_reader final : public reader {
 public:
  explicit memory_reader(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= bytes_->size()) return 0;
    const auto n = std::min<std::size_t>(into.size(), bytes_->size() - static_cast<std::size_t>(offset));
    if (n > 0) std::memcpy(into.data(), bytes_->data() + offset, n);
    return n;
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

class in_memory final : public content {
 public:
  explicit in_memory(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_->size(); }
  [[nodiscard]] std::unique_ptr<reader> open() const override {
    return std::make_unique<memory_reader>(bytes_);
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace

std::shared_ptr<const content> memory_content(std::string bytes) {
  return std::make_shared<const in_memory>(std::move(bytes));
}

}  // namespace comeback::tree
