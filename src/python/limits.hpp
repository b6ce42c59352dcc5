// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/gil.hpp"

#include <cstddef>

namespace comeback::python {

/// What the values of one call may come to in COM: a list may hold itself, and a short one may name its parts
/// many times over.
class limits {
 public:
  static constexpr std::size_t most_elements = std::size_t{1}
                                               << 24;   ///< of all arrays together, at all levels
  static constexpr std::size_t elements_an_array = 32;  ///< what an array itself counts: so long it takes
  static constexpr unsigned most_levels = 100;          ///< of arrays and typed values in each other

  /// `count` more elements, `times` over; ValueError where they are too many.
  void take(std::size_t count, std::size_t times);
  /// Called for each element: Ctrl-C is looked for now and then.
  void step();

  /// One level deeper for its lifetime; RecursionError where that is too deep.
  class level {
   public:
    explicit level(limits& of);
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --of_.levels_; }

   private:
    limits& of_;
  };

 private:
  std::size_t left_ = most_elements;
  std::size_t steps_ = 0;
  unsigned levels_ = 0;
};

}  // namespace comeback::python
