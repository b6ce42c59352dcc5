// SPDX-License-Identifier: Apache-2.0
#include "optical/medium_record.hpp"
#include "optical/recorder_files.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever lies beside an image or in the folder of recorders: what is taken is written again as it was, and
// its sessions lie one behind the other within the capacity.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback::optical;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto kept = read_recorder_record(text); kept && write_record(*kept) != text) std::abort();
  const auto record = read_record(text);
  if (!record) return 0;
  if (write_record(*record) != text) std::abort();
  comeback::disk::lba end{};
  for (const auto& s : record->sessions) {
    if (s.first < end || s.blocks.value == 0) std::abort();
    end = s.first + s.blocks;
  }
  if (end > record->next || end.value > record->capacity.value) std::abort();
  return 0;
}
