// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/stream/stream.hpp"
#include "image/stream.hpp"
#include "tree/content.hpp"

#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// The planned image as a read-only IStream.
[[nodiscard]] com::ptr<com::stream> image_stream(std::shared_ptr<const image::layout> plan);

/// A client's stream as the content of a file: read from its beginning whenever an image is written. Throws
/// `errc::data_stream_read_failure` where the stream does not tell its size.
[[nodiscard]] std::shared_ptr<const tree::content> content_of(com::ptr<IStream> stream, std::string name);

}  // namespace comeback::imapi2fs
