// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"
#include "com/made/imapi2fs.hpp"

#include <vector>

namespace comeback::imapi2fs {

/// Blocks of a stream, both ends included.
struct blocks_between {
  LONG first, last;
};

class block_range final : public com::automation<IBlockRange, com::class_info<&CLSID_BlockRange>> {
 public:
  explicit block_range(blocks_between blocks) : blocks_(blocks) {}

  HRESULT get_StartLba(LONG* out) noexcept override;
  HRESULT get_EndLba(LONG* out) noexcept override;

 private:
  blocks_between blocks_;
};

/// In the order in which they are to be recorded.
class block_range_list final
    : public com::automation<IBlockRangeList, com::class_info<&CLSID_BlockRangeList>> {
 public:
  explicit block_range_list(std::vector<blocks_between> ranges) : ranges_(std::move(ranges)) {}

  HRESULT get_BlockRanges(SAFEARRAY** out) noexcept override;

 private:
  std::vector<blocks_between> ranges_;
};

}  // namespace comeback::imapi2fs
