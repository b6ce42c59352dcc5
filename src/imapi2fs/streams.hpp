// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/arrays.hpp"
#include "com/stream/stream.hpp"
#include "image/stream.hpp"
#include "imapi2fs/image_model.hpp"
#include "tree/content.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// The planned image as a read-only IStream: its blocks; on media that are written at random, all blocks of
/// the medium up to its end, with what changes in front of it.
[[nodiscard]] com::ptr<com::stream> image_stream(const made_image& made);

/// A client's stream as the content of a file: read from its beginning whenever an image is written. Throws
/// `otherwise` where the stream does not tell its size.
[[nodiscard]] std::shared_ptr<const tree::content> content_of(
    com::ptr<IStream> stream, std::string name, base::errc otherwise = base::errc::data_stream_read_failure);
/// The other way round: a content as a read-only IStream.
[[nodiscard]] com::ptr<com::stream> content_stream(std::shared_ptr<const tree::content> what,
                                                   std::string name);
/// A content of an image's tree by itself; it keeps the image.
[[nodiscard]] std::shared_ptr<const tree::content> content_in(std::shared_ptr<const image_model> image,
                                                              tree::content_id what);

/// Throws E_POINTER for null.
[[nodiscard]] com::ptr<IStream> required_stream(IStream* stream);
using com::text_variant;
[[nodiscard]] constexpr LONG low_half(std::uint64_t size) { return static_cast<LONG>(size & 0xFFFFFFFF); }
[[nodiscard]] constexpr LONG high_half(std::uint64_t size) { return static_cast<LONG>(size >> 32); }

}  // namespace comeback::imapi2fs
