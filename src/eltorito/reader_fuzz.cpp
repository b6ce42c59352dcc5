// SPDX-License-Identifier: Apache-2.0
// Two inputs in one: a disk with partitions, and what follows the boot record's place. Reading ends with an
// answer. Dictionary: tests/fuzz/eltorito.dict
#include "eltorito/format.hpp"
#include "eltorito/partition_reader.hpp"
#include "eltorito/reader.hpp"
#include "eltorito/writer.hpp"

#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace {

using namespace comeback;

void read_catalog(std::span<const std::byte> input) {
  const auto begin = disk::bytes_in(eltorito::boot_record_block);
  std::vector<std::byte> image(begin);
  disk::append(image, eltorito::record_for(disk::lba{18}));
  image.insert(image.end(), input.begin(), input.end());
  const auto found = eltorito::read_catalog(disk::memory_source(std::move(image)), {});
  if (!found || found->entries.size() > eltorito::catalog_limit) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  read_catalog(input);
  (void)eltorito::read_partitions(disk::memory_source({input.begin(), input.end()}));
  (void)eltorito::read_catalog(disk::memory_source({input.begin(), input.end()}), {});
  return 0;
}
