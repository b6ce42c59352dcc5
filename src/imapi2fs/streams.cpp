// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/streams.hpp"

#include "base/error.hpp"
#include "com/data/text.hpp"
#include "disk/view.hpp"
#include "imapi2fs/result_ranges.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

// What is on the medium in front of a session, with the blocks that lead to it.
std::unique_ptr<const disk::source> older_blocks(const made_image& made) {
  if (!holds_older_sessions(made)) return nullptr;
  disk::view::blocks changed;
  for (const auto& one : made.plan->repointed) changed[one.at] = one.bytes;
  return std::make_unique<const disk::view>(made.continues->bytes, made.plan->first, std::move(changed));
}

class image_bytes final : public com::stream_bytes {
 public:
  explicit image_bytes(const made_image& made)
      : stream_(made.plan), size_(disk::bytes_in(blocks_of(made))), below_(older_blocks(made)) {
    if (below_) first_ = disk::offset_of(made.plan->first);
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size()) return 0;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset)));
    const auto below =
        static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), first_ - std::min(first_, offset)));
    if (below > 0) fill(*below_, offset, into.first(below));
    if (below < into.size()) fill(stream_, offset + below - first_, into.subspan(below));
    return into.size();
  }
  // Never called: the stream is open for reading only.
  void write_at(std::uint64_t, std::span<const std::byte>) override {
    throw error(errc::image_read_only, name());
  }
  void resize(std::uint64_t) override { throw error(errc::image_read_only, name()); }
  [[nodiscard]] DWORD mode() const override { return STGM_READ; }
  [[nodiscard]] std::string name() const override { return stream_.name(); }

 private:
  // What a source has not, between sessions and behind the last block, is zeros.
  static void fill(const disk::source& from, std::uint64_t offset, std::span<std::byte> into) {
    const auto got = offset < from.size() ? from.read_at(offset, into) : 0;
    std::ranges::fill(into.subspan(got), std::byte{0});
  }

  image::stream stream_;
  std::uint64_t size_, first_ = 0;
  std::unique_ptr<const disk::source> below_;  // what lies in front of the session
};

// One stream has one position: readers take turns.
struct shared_stream {
  com::ptr<IStream> stream;
  std::string name;
  std::mutex mutex;

  [[noreturn]] void fail(const char* what) const {
    throw error(errc::data_stream_read_failure, "The stream of \"" + name + "\" " + what);
  }
  void seek(std::uint64_t offset) const {
    LARGE_INTEGER to{};
    to.QuadPart = static_cast<LONGLONG>(offset);
    if (FAILED(stream->Seek(to, STREAM_SEEK_SET, nullptr))) fail("cannot be positioned.");
  }
  std::size_t read(std::span<std::byte> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
      constexpr std::size_t most = std::numeric_limits<ULONG>::max() / 2;
      const auto wanted = static_cast<ULONG>(std::min(most, into.size() - done));
      ULONG count = 0;
      if (FAILED(stream->Read(into.data() + done, wanted, &count))) fail("cannot be read.");
      if (count == 0) break;
      done += std::min<std::size_t>(count, wanted);
    }
    return done;
  }
};

class stream_reader final : public tree::reader {
 public:
  explicit stream_reader(std::shared_ptr<shared_stream> from) : from_(std::move(from)) {}
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const std::lock_guard lock(from_->mutex);
    from_->seek(offset);
    return from_->read(into);
  }

 private:
  std::shared_ptr<shared_stream> from_;
};

class stream_content final : public tree::content {
 public:
  stream_content(std::shared_ptr<shared_stream> from, std::uint64_t size)
      : from_(std::move(from)), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<stream_reader>(from_);
  }

 private:
  std::shared_ptr<shared_stream> from_;
  std::uint64_t size_;
};

class content_bytes final : public com::stream_bytes {
 public:
  content_bytes(std::shared_ptr<const tree::content> what, std::string name)
      : what_(std::move(what)), name_(std::move(name)) {}

  [[nodiscard]] std::uint64_t size() const override { return what_->size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size()) return 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset));
    const std::lock_guard lock(mutex_);
    if (!reader_) reader_ = what_->open();
    return reader_->read_at(offset, into.first(count));
  }
  // Never called: the stream is open for reading only.
  void write_at(std::uint64_t, std::span<const std::byte>) override {
    throw error(errc::image_read_only, name());
  }
  void resize(std::uint64_t) override { throw error(errc::image_read_only, name()); }
  [[nodiscard]] DWORD mode() const override { return STGM_READ; }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  std::shared_ptr<const tree::content> what_;
  std::string name_;
  std::mutex mutex_;
  std::unique_ptr<tree::reader> reader_;
};

class image_content final : public tree::content {
 public:
  image_content(std::shared_ptr<const image_model> image, tree::content_id what)
      : image_(std::move(image)), what_(what), size_(image_->size_of(what)) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<image_reader>(image_, what_);
  }

 private:
  class image_reader final : public tree::reader {
   public:
    image_reader(std::shared_ptr<const image_model> image, tree::content_id what)
        : image_(std::move(image)), what_(what) {}
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      const auto size = image_->size_of(what_);
      const auto count =
          offset >= size ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size - offset));
      image_->read(what_, offset, into.first(count));
      return count;
    }

   private:
    std::shared_ptr<const image_model> image_;
    tree::content_id what_;
  };

  std::shared_ptr<const image_model> image_;
  tree::content_id what_;
  std::uint64_t size_;
};

}  // namespace

com::ptr<com::stream> image_stream(const made_image& made) {
  return com::make<com::stream>(std::make_shared<image_bytes>(made));
}

std::shared_ptr<const tree::content> content_of(com::ptr<IStream> stream, std::string name, errc otherwise) {
  auto shared = std::make_shared<shared_stream>();
  shared->stream = std::move(stream);
  shared->name = std::move(name);
  STATSTG stat{};
  if (FAILED(shared->stream->Stat(&stat, STATFLAG_NONAME)))
    throw error(otherwise, "The stream of \"" + shared->name + "\" does not tell its size.");
  return std::make_shared<stream_content>(std::move(shared), stat.cbSize.QuadPart);
}

com::ptr<com::stream> content_stream(std::shared_ptr<const tree::content> what, std::string name) {
  return com::make<com::stream>(std::make_shared<content_bytes>(std::move(what), std::move(name)));
}

std::shared_ptr<const tree::content> content_in(std::shared_ptr<const image_model> image,
                                                tree::content_id what) {
  return std::make_shared<image_content>(std::move(image), what);
}

com::ptr<IStream> required_stream(IStream* stream) {
  if (!stream) throw error(errc{static_cast<std::uint32_t>(E_POINTER)}, "The stream is null.");
  return com::ptr<IStream>(stream);
}

}  // namespace comeback::imapi2fs
