// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
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
  /// Then `count` entries can be inserted without fail. `hash_of(entry)` is asked again for every entry when
  /// the table grows.
  template <class HashOf>
  void make_room(std::size_t count, HashOf&& hash_of) {
    auto size = slots_.size();
    while ((used_ + count) * 3 > size * 2) size = size == 0 ? 16 : size * 2;
    if (size != slots_.size()) grow(size, hash_of);
  }
  template <class HashOf>
  void insert(std::uint32_t entry, HashOf&& hash_of) {
    make_room(1, hash_of);
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
  void grow(std::size_t size, HashOf&& hash_of) {
    std::vector<std::uint32_t> old(size, empty);
    old.swap(slots_);
    used_ = 0;
    for (const auto entry : old)
      if (entry != empty && entry != erased) place(entry, hash_of(entry));
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;  // erased ones too: they end no search
};

}  // namespace comeback::tree
