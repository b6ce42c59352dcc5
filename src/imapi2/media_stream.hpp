// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "com/object/ptr.hpp"
#include "imapi2/burn.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <objidl.h>
#include <winerror.h>

namespace comeback::imapi2 {

/// An argument that must not be null: E_POINTER, "The `what` is null."
template <class T>
[[nodiscard]] T& required(T* given, std::string_view what) {
  if (!given)
    throw base::error(base::errc{static_cast<std::uint32_t>(E_POINTER)},
                      "The " + std::string(what) + " is null.");
  return *given;
}

/// A client's stream as what is to be recorded.
class media_stream {
 public:
  /// Throws `errc::data_stream_not_supported` where it does not tell its size, and where that is no whole
  /// number of blocks, or none.
  explicit media_stream(IStream& data);

  [[nodiscard]] disk::block_count blocks() const noexcept { return blocks_; }
  /// What IBlockRangeList lists; empty where the stream has no such interface. Throws
  /// `errc::data_stream_not_supported` for a list that is none.
  [[nodiscard]] std::optional<std::vector<block_run>> ranges() const;
  /// Throws what the stream answers, and `errc::data_stream_not_supported` where it ends early.
  void read(std::uint64_t offset, std::span<std::byte> into) const;

 private:
  com::ptr<IStream> data_;
  disk::block_count blocks_;
};

}  // namespace comeback::imapi2
