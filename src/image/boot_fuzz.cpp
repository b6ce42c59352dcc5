// SPDX-License-Identifier: Apache-2.0
// Any bytes as boot image, and as code in front of a disk: an image is refused, or made and found sound.
#include "base/error.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/prepare_boot.hpp"
#include "image/stream.hpp"
#include "image/verify.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

using namespace comeback;

namespace {

// The highest bits of the first byte choose how, the second how much of the rest is code: sectors, and a bit.
image::options options_of(unsigned how, std::span<const std::byte> code) {
  image::options out{.appendable = false};
  out.file_systems.udf = (how & 0x40) != 0;
  out.disk.boot_code.assign(code.begin(), code.end());
  out.disk.partitions = static_cast<eltorito::partitioning>((how >> 4) % 3);
  return out;
}

void make(unsigned how, std::span<const std::byte> code, std::span<const std::byte> loader) {
  tree::file_tree t;
  auto options = options_of(how, code);
  eltorito::boot_entry entry;
  entry.image = t.add_hidden("loader", tree::memory_content(std::string(
                                           reinterpret_cast<const char*>(loader.data()), loader.size())));
  entry.how = static_cast<eltorito::emulation>((how & 3) == 0 ? 4 : (how & 3) == 1 ? 1 : 0);
  entry.on = (how & 4) != 0 ? eltorito::platform::efi : eltorito::platform::x86;
  entry.info_table = (how & 8) != 0;
  options.boot.push_back(entry);
  image::prepare_boot(t, options);
  const image::opened_image made(
      std::make_shared<const image::stream>(std::make_shared<const image::layout>(image::plan(t, options))));
  if (!image::verify(made).sound() || !made.boot()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto rest = std::as_bytes(std::span(data, size)).subspan(2);
  const std::size_t wanted = data[1] < 0x40 ? data[1] * std::size_t{8} : (data[1] & 3U) * std::size_t{512};
  const auto code = rest.first(std::min(rest.size(), wanted));
  try {
    make(data[0], code, rest.subspan(code.size()));
  } catch (const base::error&) {  // what cannot boot is refused
  }
  return 0;
}
