// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/iso_image_manager.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/streams.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include <shlwapi.h>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr std::uint64_t block = 2048, first_descriptor = 16;

// Standard identifiers of volume structures: ECMA-119 8.1.2, ECMA-167 2/9.1.2, ECMA-168 2/9.1.2.
constexpr std::array<std::string_view, 7> identifiers{"CD001", "BEA01", "NSR02", "NSR03",
                                                      "BOOT2", "TEA01", "CDW02"};

bool has_descriptor(const tree::content& image) {
  std::array<std::byte, 6> begin{};
  if (image.open()->read_at(first_descriptor * block, begin) != begin.size()) return false;
  std::array<char, 5> identifier{};
  std::memcpy(identifier.data(), begin.data() + 1, identifier.size());
  return std::ranges::find(identifiers, std::string_view(identifier.data(), identifier.size())) !=
         identifiers.end();
}

void validate(const tree::content& image) {
  if (image.size() % block != 0)
    throw error(errc::image_not_aligned,
                "The image has " + std::to_string(image.size()) + " bytes, which is no multiple of 2048.");
  if (image.size() / block > static_cast<std::uint64_t>(std::numeric_limits<LONG>::max()))
    throw error(errc::validated_image_too_big, "The image has " + std::to_string(image.size() / block) +
                                                   " blocks, more than can be counted.");
  if (!has_descriptor(image))
    throw error(errc::no_valid_descriptor, "The image has no volume descriptor at block 16.");
}

}  // namespace

void iso_image_manager::open(const std::string& path) {
  com::ptr<IStream> stream;
  if (path.empty() || path.find('\0') != std::string::npos ||
      FAILED(SHCreateStreamOnFileEx(com::to_wide(path).c_str(), STGM_READ, 0, FALSE, nullptr, stream.put())))
    throw error(errc::invalid_path, "\"" + path + "\" cannot be opened.");
  set(path, std::move(stream));
}

void iso_image_manager::set(std::string path, com::ptr<IStream> stream) {
  const std::lock_guard lock(mutex_);
  path_ = std::move(path);
  stream_ = std::move(stream);
}

com::ptr<IStream> iso_image_manager::stream() {
  const std::lock_guard lock(mutex_);
  if (!stream_) throw error(errc::no_image, "Neither a path nor a stream was set.");
  return stream_;
}

std::string iso_image_manager::path() {
  const std::lock_guard lock(mutex_);
  return path_;
}

HRESULT iso_image_manager::get_Path(BSTR* out) noexcept {
  return boundary(out, [&] { return path(); });
}
HRESULT iso_image_manager::get_Stream(IStream** out) noexcept {
  return boundary(out, [&] { return stream(); });
}
HRESULT iso_image_manager::SetPath(BSTR path) noexcept {
  return boundary([&] { open(com::required(path, "path")); });
}
HRESULT iso_image_manager::SetStream(IStream* data) noexcept {
  return boundary([&] { set({}, required_stream(data)); });
}
HRESULT iso_image_manager::Validate() noexcept {
  return boundary([&] { validate(*content_of(stream(), "image")); });
}

}  // namespace comeback::imapi2fs
