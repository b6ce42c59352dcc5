// SPDX-License-Identifier: Apache-2.0
#include "image/create.hpp"

#include "image/test_image.hpp"
#include "tree/add_tree.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace comeback::image {
namespace {

namespace fs = std::filesystem;
using testing::code_of;

class create : public testing::folder_test {
 protected:
  // A folder with one file of `size` bytes, planned.
  layout planned(std::size_t size) {
    fs::create_directory(top_ / "source");
    write("source/file", std::string(size, 'x'));
    tree::file_tree t;
    tree::add_tree(t, tree::root, top_ / "source");
    return plan(std::move(t), {});
  }
  static std::string through_pipe(const layout& p) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const base::unique_fd from(ends[0]);
    std::string out;
    std::jthread reader([&] {
      std::array<char, 1 << 16> buffer{};
      for (ssize_t n = 0; (n = ::read(from.get(), buffer.data(), buffer.size())) > 0;)
        out.append(buffer.data(), static_cast<std::size_t>(n));
    });
    {
      const base::unique_fd into(ends[1]);
      emit(p, into.get(), "the pipe");
    }
    reader.join();
    return out;
  }
  [[nodiscard]] fs::path image() const { return top_ / "image.iso"; }
};

TEST_F(create, writes_what_the_stream_shows) {
  create_image(plan(testing::sample_tree(), {}), image());
  const auto whole = testing::sample_bytes();
  const auto text = testing::read_file(image());
  ASSERT_EQ(text.size(), whole.size());
  EXPECT_EQ(std::memcmp(text.data(), whole.data(), whole.size()), 0);
}

// Most of them is copied by the kernel, the rest in chunks that end at multiples of their size, wherever the
// file begins. Into a pipe, all is written.
TEST_F(create, large_files_are_what_the_stream_shows) {
  fs::create_directory(top_ / "large");
  std::string bytes((17 << 20) + 5, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i / 7);
  write("large/a", bytes);
  write("large/b", "between");
  write("large/c", bytes.substr(1, 16 << 20));
  tree::file_tree t;
  tree::add_tree(t, tree::root, top_ / "large");
  const auto p = plan(std::move(t), {});
  const auto whole = testing::bytes_of(p);
  create_image(p, image());
  const auto text = testing::read_file(image());
  ASSERT_EQ(text.size(), whole.size());
  EXPECT_EQ(std::memcmp(text.data(), whole.data(), whole.size()), 0);
  EXPECT_EQ(through_pipe(p), text);
}

TEST_F(create, a_large_file_that_changed_is_an_error_and_no_image) {
  for (const auto size : {std::size_t{19} << 20, std::size_t{21} << 20}) {
    fs::remove_all(top_ / "source");
    const auto p = planned(20 << 20);
    fs::resize_file(top_ / "source/file", size);
    EXPECT_EQ(code_of([&] { create_image(p, image()); }), base::errc::data_stream_inconsistency);
    EXPECT_FALSE(fs::exists(image()));
  }
}

TEST_F(create, many_chunks_come_in_order_whatever_the_number_of_readers) {
  fs::create_directory(top_ / "many");
  for (int i = 0; i < 300; ++i)
    write("many/" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 101, static_cast<char>(i)));
  tree::file_tree t;
  tree::add_tree(t, tree::root, top_ / "many");
  const auto p = plan(std::move(t), {});
  ASSERT_GT(p.bytes(), 4U << 20);
  const auto whole = testing::bytes_of(p);
  for (const unsigned readers : {0U, 1U, 7U}) {
    create_options how;
    how.readers = readers;
    create_image(p, image(), {}, {}, how);
    const auto text = testing::read_file(image());
    ASSERT_EQ(text.size(), whole.size());
    EXPECT_EQ(std::memcmp(text.data(), whole.data(), whole.size()), 0) << readers;
  }
}

// Notes how much of the image was written when its bytes were asked for.
class late final : public tree::content {
 public:
  explicit late(const std::function<std::uint64_t()>& written) : written_(written) {}
  [[nodiscard]] std::uint64_t size() const override { return 5; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    at_opening = written_();
    return tree::memory_content("later")->open();
  }
  mutable std::atomic<std::uint64_t> at_opening = 0;

 private:
  std::function<std::uint64_t()> written_;
};

TEST_F(create, nothing_is_read_before_the_first_bytes_are_written) {
  const base::unique_fd sink(::open(image().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  const auto content = std::make_shared<late>([&] { return std::uint64_t{fs::file_size(image())}; });
  tree::file_tree t;
  t.add_file(tree::root, "file", content);
  const auto p = plan(std::move(t), {});
  emit(p, sink.get(), "the image");
  EXPECT_GE(content->at_opening.load(), p.metadata.size());
  EXPECT_EQ(fs::file_size(image()), p.bytes());
}

TEST_F(create, reports_bytes_that_never_run_back_and_end_whole) {
  std::uint64_t last = 0, total = 0;
  create_image(plan(testing::sample_tree(), {}), image(), [&](const base::progress_report& r) {
    EXPECT_GE(r.done, last);
    last = r.done;
    total = r.total;
  });
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, fs::file_size(image()));
}

struct change {
  std::string title;
  std::function<void(const fs::path&)> what;
  base::errc code;
};
void PrintTo(const change& c, std::ostream* out) { *out << c.title; }

class create_from_a_changing_source : public create, public ::testing::WithParamInterface<change> {};

TEST_P(create_from_a_changing_source, leaves_no_image_and_names_the_file) {
  const auto p = planned(20 << 20);
  const auto file = top_ / "source/file";
  GetParam().what(file);
  std::string message;
  EXPECT_EQ(code_of([&] { create_image(p, image()); }, &message), GetParam().code);
  EXPECT_NE(message.find(file.native()), std::string::npos) << message;
  EXPECT_EQ(entries(), 1U) << "only the source";
}

INSTANTIATE_TEST_SUITE_P(
    rows, create_from_a_changing_source,
    ::testing::Values(change{"vanishes", [](const fs::path& f) { fs::remove(f); },
                             base::errc::data_stream_read_failure},
                      change{"grows", [](const fs::path& f) { std::ofstream(f, std::ios::app) << "x"; },
                             base::errc::data_stream_inconsistency},
                      change{"shrinks", [](const fs::path& f) { fs::resize_file(f, 7); },
                             base::errc::data_stream_inconsistency}),
    [](const auto& one) { return one.param.title; });

TEST_F(create, a_file_that_grows_while_it_is_read_leaves_no_image) {
  const auto p = planned(64 << 20);
  bool grown = false;
  const auto grow = [&](const base::progress_report& r) {
    if (r.done > (1U << 20) && !std::exchange(grown, true))
      std::ofstream(top_ / "source/file", std::ios::app) << "x";
  };
  EXPECT_EQ(code_of([&] { create_image(p, image(), grow); }), base::errc::data_stream_inconsistency);
  EXPECT_FALSE(fs::exists(image()));
}

TEST_F(create, a_failed_attempt_leaves_the_old_image) {
  write("image.iso", "old");
  const auto p = planned(10);
  fs::remove(top_ / "source/file");
  EXPECT_NE(code_of([&] { create_image(p, image()); }), base::errc::ok);
  EXPECT_EQ(testing::read_file(image()), "old");
  EXPECT_EQ(entries(), 2U);
}

TEST_F(create, a_folder_in_the_place_of_the_image_is_an_error) {
  fs::create_directory(image());
  std::string message;
  EXPECT_EQ(code_of([&] { create_image(plan(testing::sample_tree(), {}), image()); }, &message),
            base::errc::directory);
  EXPECT_NE(message.find(image().native()), std::string::npos);
}

TEST_F(create, a_full_disk_is_an_error) {
  const base::unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  EXPECT_EQ(code_of([&] { emit(plan(testing::sample_tree(), {}), full.get(), "/dev/full"); }),
            base::errc::disk_full);
}

TEST_F(create, no_more_room_for_the_file_leaves_nothing) {
  const auto p = planned(20 << 20);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_action = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 20, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto code = code_of([&] { create_image(p, image()); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  (void)std::signal(SIGXFSZ, old_action);
  EXPECT_NE(code, base::errc::ok);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(create, stops_when_asked_and_leaves_nothing) {
  const auto p = planned(8 << 20);
  std::stop_source source;
  const auto stop_soon = [&](const base::progress_report& r) {
    if (r.done > 0) source.request_stop();
  };
  EXPECT_EQ(code_of([&] { create_image(p, image(), stop_soon, source.get_token()); }), base::errc::cancelled);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(create, an_image_in_its_own_source_does_not_hold_itself) {
  fs::create_directory(top_ / "source");
  write("source/file", "x");
  write("source/image.iso", "old");
  const auto path = top_ / "source/image.iso";
  tree::file_tree t;
  tree::add_tree(t, tree::root, top_ / "source", {.exclude = {*tree::identity_of(path)}});
  create_image(plan(std::move(t), {}), path);
  const auto made = open_image(path);
  EXPECT_EQ(made.list(file_system::joliet, made.root(file_system::joliet))->size(), 1U);
}

}  // namespace
}  // namespace comeback::image
