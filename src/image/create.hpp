// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string_view>

namespace comeback::image {

struct emit_options {
  unsigned readers = 16;  ///< threads that read ahead, at most: all of them where reading is slow
};

/// Writes the image first block to last, in order, without seeking: any descriptor will do. Sources are read
/// ahead by several threads, from when the first bytes are written; half a MiB of memory each. `name` is the
/// sink's, for messages. `progress` is called from this thread with bytes. On an error the sink holds a part.
/// Errors: those of `tree::content_reader::read`, `disk_full`, `io_error`, `cancelled`.
void emit(const layout& plan, int sink, std::string_view name, const base::progress& progress = {},
          const std::stop_token& stop = {}, const emit_options& how = {});

/// Takes an image in order, in whole blocks.
class block_sink {
 public:
  block_sink() = default;
  block_sink(const block_sink&) = delete;
  block_sink& operator=(const block_sink&) = delete;
  virtual ~block_sink() = default;
  virtual void write(std::span<const std::byte> blocks) = 0;
};

/// The same into something that is no descriptor.
void emit(const layout& plan, block_sink& sink, std::string_view name, const base::progress& progress = {},
          const std::stop_token& stop = {}, const emit_options& how = {});

struct create_options : emit_options {
  bool sync = false;  ///< wait until the bytes are on the disk
};

/// The image as a file that appears under its name when it is whole, and not at all on an error. "-" is the
/// standard output. Where `path` is a folder: `errc::directory`.
void create_image(const layout& plan, const std::filesystem::path& path, const base::progress& progress = {},
                  const std::stop_token& stop = {}, const create_options& how = {});

}  // namespace comeback::image
