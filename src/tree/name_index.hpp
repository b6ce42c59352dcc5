// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace comeback::tree {

/// A hash table of numbers, by a hash the owner computes: 8 to 16 bytes an entry, where a node-based table
/// would take 60. Equality is asked of the owner, since the entries are only numbers.
class name_index {
 public:
  template <class Equal>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Equal&& equal) const {
    if (slots_.empty()) return empty;
    for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
      if (slots_[i] == empty) return empty;
      if (slots_[i] != erased && equal(slots_[i])) return slots_[i];
    }
  }
  /// `hash_of(entry)` is asked again for every entry when the table grows.
  template <class HashOf>
  void insert(std::uint32_t entry, HashOf&& hash_of) {
    if ((used_ + 1) * 3 > slots_.size() * 2) grow(hash_of);
    place(entry, hash_of(entry));
  }
  void erase(std::uint32_t entry, std::uint64_t hash) {
    for (std::size_t i = hash & mask(); !slots_.empty() && slots_[i] != empty; i = (i + 1) & mask())
      if (slots_[i] == entry) {
        slots_[i] = erased;
        return;
      }
  }

  static constexpr std::uint32_t empty = 0xFFFFFFFF;

 private:
  static constexpr std::uint32_t erased = 0xFFFFFFFE;

  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  void place(std::uint32_t entry, std::uint64_t hash) {
    std::size_t i = hash & mask();
    while (slots_[i] != empty) i = (i + 1) & mask();
    slots_[i] = entry;
    ++used_;
  }
  template <class HashOf>
  void grow(HashOf&& hash_of) {
    const auto old = std::exchange(slots_, {});
    slots_.assign(old.empty() ? 16 : old.size() * 2, empty);
    used_ = 0;
    for (const auto entry : old)
      if (entry != empty && entry != erased) place(entry, hash_of(entry));
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;  // erased ones too: they end no search
};

}  // namespace comeback::tree
