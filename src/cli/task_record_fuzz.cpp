// SPDX-License-Identifier: Apache-2.0
#include "cli/task_record.hpp"

#include <cstdlib>

// Whatever lies in the folder: a record that can be written and read again, or a fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback::cli;
  const auto record = read_record({reinterpret_cast<const char*>(data), size});
  if (!record) return 0;
  const auto again = write_record(*record);
  if (again.size() <= record_limit && !read_record(again)) std::abort();
  return 0;
}
