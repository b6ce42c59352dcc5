// SPDX-License-Identifier: Apache-2.0
#include "imapi2/burn.hpp"

#include "imapi2/fixture.hpp"

namespace comeback::imapi2 {
namespace {

using base::errc;
using optical::media_type;
using runs = std::vector<block_run>;

class burns : public recorder_facade {
 protected:
  [[nodiscard]] burn_plan plan(std::uint64_t stream, const std::optional<runs>& listed = {},
                               burn_options how = {}) const {
    return plan_burn(look_at(*medium()), {stream}, listed, how);
  }
  /// Plans, records and ends it, of a stream with this mark.
  void burn(std::size_t stream, std::uint8_t mark, const std::optional<runs>& listed = {},
            burn_options how = {}) const {
    const auto planned = plan(stream, listed, how);
    const auto bytes = marked(stream, mark);
    const auto m = optical::open_image_medium(first->image, optical::access::writing);
    const burn_work work{.read =
                             [&](std::uint64_t at, std::span<std::byte> into) {
                               std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), into.size(),
                                           into.begin());
                             },
                         .report = [](const burn_progress&) {},
                         .stop = {}};
    record(*m, planned, work);
    end_burn(*m, planned);
    verify_burn(*m, planned, work, verification::full);
    verify_burn(*m, planned, work, verification::quick);
  }
  [[nodiscard]] static std::vector<std::byte> part(std::size_t stream, std::uint8_t mark, std::size_t from,
                                                   std::size_t count) {
    const auto all = marked(stream, mark);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from * disk::block_size);
    return {begin, begin + static_cast<std::ptrdiff_t>(count * disk::block_size)};
  }
};

TEST_F(burns, sessions_lie_behind_each_other) {
  insert(media_type::cd_r);
  burn(300, 1);
  burn(700, 2);
  const auto sessions = medium()->sessions();
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0].blocks.value, 450u);  // two seconds of nothing behind each
  EXPECT_EQ(sessions[1].first.value, 450u + 11'400);
  EXPECT_EQ(sessions[1].blocks.value, 850u);
  EXPECT_EQ(blocks_at(0, 300), marked(300, 1));
  EXPECT_EQ(blocks_at(300, 150), std::vector<std::byte>(150 * disk::block_size));
  EXPECT_EQ(blocks_at(11'850, 700), marked(700, 2));
}

TEST_F(burns, a_gap_in_the_image_is_not_added_again) {
  insert(media_type::cd_r);
  burn(300, 1, {}, {.postgap_in_image = true});
  EXPECT_EQ(medium()->sessions().front().blocks.value, 300u);
  insert(media_type::dvd_minus_r);
  burn(300, 1);
  EXPECT_EQ(medium()->sessions().front().blocks.value, 300u);
}

TEST_F(burns, sequential_media_take_the_listed_blocks_alone) {
  insert(media_type::bd_r);
  burn(100, 1, runs{{{10}, {20}}, {{50}, {0}}, {{5}, {3}}});
  EXPECT_EQ(medium()->sessions().front().blocks.value, 23u);
  EXPECT_EQ(blocks_at(0, 20), part(100, 1, 10, 20));
  EXPECT_EQ(blocks_at(20, 3), part(100, 1, 5, 3));
}

TEST_F(burns, random_media_keep_all_blocks_that_are_not_listed) {
  insert_written(media_type::dvd_plus_rw, 64);  // written in units of 16
  burn(600, 2, runs{{{300}, {301 - 1}}, {{10}, {7}}});
  auto expected = marked(64, 1);
  expected.resize(600 * disk::block_size);
  const auto put = [&](std::size_t from, std::size_t count) {
    const auto bytes = part(600, 2, from, count);
    std::ranges::copy(bytes, expected.begin() + static_cast<std::ptrdiff_t>(from * disk::block_size));
  };
  put(300, 300);
  put(10, 7);
  EXPECT_EQ(blocks_at(0, 600), expected);
}

TEST_F(burns, blocks_are_recorded_in_the_order_of_the_list) {
  insert_written(media_type::dvd_plus_rw, 64);
  const auto planned = plan(600, runs{{{300}, {300}}, {{16}, {16}}});
  const auto m = optical::open_image_medium(first->image, optical::access::writing);
  std::vector<std::uint64_t> last;
  record(*m, planned,
         {.read = [](std::uint64_t, std::span<std::byte>) {},
          .report = [&](const burn_progress& told) { last.push_back(told.last.value); },
          .stop = {}});
  EXPECT_THAT(last, testing::ElementsAre(543, 599, 31));
}

// Remembers what was asked of the medium behind it.
class watched_medium final : public optical::medium {
 public:
  explicit watched_medium(optical::medium& real) : real_(real) {}
  [[nodiscard]] const optical::media_facts& facts() const override { return real_.facts(); }
  [[nodiscard]] std::string name() const override { return real_.name(); }
  [[nodiscard]] optical::medium_state state() const override { return real_.state(); }
  [[nodiscard]] std::vector<optical::recorded_session> sessions() const override { return real_.sessions(); }
  [[nodiscard]] std::shared_ptr<const disk::source> bytes() const override { return real_.bytes(); }
  [[nodiscard]] disk::block_count capacity() const override { return real_.capacity(); }
  [[nodiscard]] disk::lba next_writable() const override { return real_.next_writable(); }
  [[nodiscard]] disk::block_count free_blocks() const override { return real_.free_blocks(); }
  void write(disk::lba at, std::span<const std::byte> blocks) override {
    real_.write(at, blocks);
    done.push_back(std::to_string(at.value));
  }
  void sync() override {
    real_.sync();
    done.emplace_back("sync");
  }
  void close_session(bool finalize) override { real_.close_session(finalize); }

  std::vector<std::string> done;

 private:
  optical::medium& real_;
};

// A cut between two ranges must not leave the later one alone on the disk.
TEST_F(burns, random_media_are_waited_for_between_ranges) {
  insert_written(media_type::dvd_plus_rw, 64);
  const auto planned = plan(600, runs{{{320}, {16}}, {{336}, {16}}, {{16}, {16}}});
  const auto real = optical::open_image_medium(first->image, optical::access::writing);
  watched_medium watched(*real);
  record(watched, planned,
         {.read = [](std::uint64_t, std::span<std::byte> into) { std::ranges::fill(into, std::byte{1}); },
          .report = [](const burn_progress&) {},
          .stop = {}});
  end_burn(watched, planned);
  EXPECT_EQ(watched.done, (std::vector<std::string>{"320", "sync", "336", "sync", "16", "sync"}));
}

TEST_F(burns, refuse_what_does_not_fit_the_medium) {
  insert(media_type::cd_r, 1000);
  EXPECT_EQ(code_of([&] { return plan(850); }), errc::ok);
  EXPECT_EQ(code_of([&] { return plan(851); }), errc::data_stream_too_large);
  EXPECT_EQ(code_of([&] { return plan(1000, {}, {.postgap_in_image = true}); }), errc::ok);
  insert(media_type::dvd_plus_rw, 1024);
  EXPECT_EQ(code_of([&] { return plan(1024); }), errc::ok);
  EXPECT_EQ(code_of([&] { return plan(1025); }), errc::data_stream_too_large);
  EXPECT_EQ(code_of([&] { return plan(5000, runs{{{1000}, {24}}}); }), errc::ok);
  EXPECT_EQ(code_of([&] { return plan(5000, runs{{{1000}, {25}}}); }), errc::data_stream_too_large);
}

TEST_F(burns, refuse_lists_that_leave_the_stream) {
  insert(media_type::dvd_plus_rw);
  for (const auto& run : {block_run{{100}, {1}}, block_run{{99}, {2}}, block_run{{0}, {101}},
                          block_run{{~std::uint64_t{0}}, {1}}, block_run{{1}, {~std::uint64_t{0}}}})
    EXPECT_EQ(code_of([&] { return plan(100, runs{run}); }), errc::data_stream_not_supported)
        << run.first.value;
}

TEST_F(burns, refuse_media_by_their_state) {
  insert(media_type::dvd_rom);
  EXPECT_EQ(code_of([&] { return plan(16); }), errc::data_media_not_supported);
  insert_written(media_type::cd_r, 16, 0, true);
  EXPECT_EQ(code_of([&] { return plan(16); }), errc::invalid_media_state);
  insert_written(media_type::dvd_plus_rw, 16);
  EXPECT_EQ(code_of([&] { return plan(16); }), errc::data_media_not_blank);
  EXPECT_EQ(code_of([&] { return plan(16, runs{{{0}, {16}}}); }), errc::data_media_not_blank);
  EXPECT_EQ(code_of([&] { return plan(16, {}, {.force_overwrite = true}); }), errc::ok);
  EXPECT_EQ(code_of([&] { return plan(32, runs{{{16}, {16}}}); }), errc::ok);
}

TEST_F(burns, close_the_medium_when_they_are_told_and_when_little_is_left) {
  struct row {
    const char* title;
    media_type type;
    std::uint64_t blocks;
    burn_options how;
    bool closed;
  };
  for (const auto& r :
       {row{"as told", media_type::dvd_minus_r, 16, {.force_closed = true}, true},
        row{"not told", media_type::dvd_minus_r, 16, {}, false},
        row{"201 of 10,000 left", media_type::dvd_minus_r, 9'799, {}, false},
        row{"200 of 10,000 left", media_type::dvd_minus_r, 9'800, {}, true},
        row{"the gap counts", media_type::cd_r, 9'650, {}, true},
        row{"compatible", media_type::dvd_plus_r, 16, {}, true},
        row{"not compatible", media_type::dvd_plus_r, 16, {.disable_dvd_compatibility = true}, false},
        row{"two layers", media_type::dvd_plus_r_dual, 16, {.disable_dvd_compatibility = true}, true},
        row{"no session", media_type::dvd_plus_rw, 16, {.force_closed = true}, false}}) {
    insert(r.type, 10'000);
    EXPECT_EQ(plan(r.blocks, {}, r.how).finalize, r.closed) << r.title;
  }
}

TEST_F(burns, end_when_a_stop_is_asked_for) {
  insert(media_type::bd_r);
  std::stop_source stop;
  const auto planned = plan(1024);
  const auto m = optical::open_image_medium(first->image, optical::access::writing);
  int pieces = 0;
  const burn_work work{.read = [](std::uint64_t, std::span<std::byte>) {},
                       .report =
                           [&](const burn_progress&) {
                             if (++pieces == 2) stop.request_stop();
                           },
                       .stop = stop.get_token()};
  EXPECT_EQ(code_of([&] { return record(*m, planned, work), 0; }), errc::request_cancelled);
  EXPECT_EQ(pieces, 2);
}

TEST_F(burns, find_a_block_that_differs) {
  insert(media_type::dvd_plus_rw);
  burn(1000, 1);
  const auto planned = plan(1000, {}, {.force_overwrite = true});
  auto bytes = marked(1000, 1);
  bytes[777 * disk::block_size + 5] ^= std::byte{1};
  const burn_work work{.read =
                           [&](std::uint64_t at, std::span<std::byte> into) {
                             std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), into.size(),
                                         into.begin());
                           },
                       .report = {},
                       .stop = {}};
  const auto m = medium();
  EXPECT_EQ(code_of([&] { return verify_burn(*m, planned, work, verification::full), 0; }),
            errc::burn_verification_failed);
  EXPECT_EQ(code_of([&] { return verify_burn(*m, planned, work, verification::none), 0; }), errc::ok);
  bytes = marked(1000, 3);
  EXPECT_EQ(code_of([&] { return verify_burn(*m, planned, work, verification::quick), 0; }),
            errc::burn_verification_failed);
}

}  // namespace
}  // namespace comeback::imapi2
