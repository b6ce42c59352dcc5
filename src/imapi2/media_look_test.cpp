// SPDX-License-Identifier: Apache-2.0
#include "imapi2/media_look.hpp"

#include "imapi2/fixture.hpp"

namespace comeback::imapi2 {
namespace {

using base::errc;
using optical::media_type;

constexpr int unsupported = IMAPI_FORMAT2_DATA_MEDIA_STATE_UNSUPPORTED_MEDIA,
              guarded = IMAPI_FORMAT2_DATA_MEDIA_STATE_WRITE_PROTECTED,
              overwrite = IMAPI_FORMAT2_DATA_MEDIA_STATE_OVERWRITE_ONLY,
              blank = IMAPI_FORMAT2_DATA_MEDIA_STATE_BLANK,
              appendable = IMAPI_FORMAT2_DATA_MEDIA_STATE_APPENDABLE,
              last = IMAPI_FORMAT2_DATA_MEDIA_STATE_FINAL_SESSION,
              cut = IMAPI_FORMAT2_DATA_MEDIA_STATE_NON_EMPTY_SESSION,
              finalized = IMAPI_FORMAT2_DATA_MEDIA_STATE_FINALIZED,
              erase = IMAPI_FORMAT2_DATA_MEDIA_STATE_ERASE_REQUIRED;

enum class written { nothing, session, cut_off, closed };

struct state_row {
  const char* title;
  media_type type;
  written what;
  int bits;
  bool takes_more;
};

class media_states : public recorder_facade, public testing::WithParamInterface<state_row> {
 protected:
  [[nodiscard]] media_look inserted_as(const state_row& row) {
    switch (row.what) {
      case written::nothing:
        insert(row.type);
        break;
      case written::session:
        insert_written(row.type, 32);
        break;
      case written::closed:
        insert_written(row.type, 32, 0, true);
        break;
      case written::cut_off:
        insert_written(row.type, 32);
        {
          const auto m = optical::open_image_medium(first->image, optical::access::writing);
          m->write(m->next_writable(), marked(16, 2));
        }
        break;
    }
    return look_at(*medium());
  }
};

TEST_P(media_states, are_bits) {
  const auto look = inserted_as(GetParam());
  EXPECT_EQ(status_of(look), GetParam().bits);
  EXPECT_EQ(takes_more(look), GetParam().takes_more);
}

INSTANTIATE_TEST_SUITE_P(
    imapi2, media_states,
    testing::Values(
        state_row{"blank_once", media_type::cd_r, written::nothing, blank | appendable, true},
        state_row{"written_once", media_type::dvd_minus_r, written::session, appendable, true},
        state_row{"closed_once", media_type::bd_r, written::closed, finalized, false},
        state_row{"closed_erasable", media_type::cd_rw, written::closed, finalized | erase, false},
        state_row{"cut_off", media_type::cd_r, written::cut_off, cut, false},
        state_row{"cut_off_erasable", media_type::cd_rw, written::cut_off, cut | erase, false},
        state_row{"blank_again", media_type::dvd_plus_rw, written::nothing, overwrite | blank | appendable,
                  true},
        state_row{"written_again", media_type::dvd_ram, written::session, overwrite | appendable, true},
        state_row{"read_only", media_type::dvd_rom, written::nothing, unsupported | guarded, false}),
    [](const auto& row) { return row.param.title; });

class media_looks : public recorder_facade {};

// Of 30,000 blocks 2 percent are 600; 11,400 lie between the first session and the second.
TEST_F(media_looks, little_room_is_for_the_last_session) {
  for (const auto& [blocks, is_last] : {std::pair{17'999, false}, std::pair{18'000, true}}) {
    insert_written(media_type::cd_r, static_cast<std::size_t>(blocks), 30'000);
    EXPECT_EQ(status_of(look_at(*medium())), appendable | (is_last ? last : 0)) << blocks;
  }
}

TEST_F(media_looks, numbers_of_a_medium_that_is_written_once) {
  insert(media_type::cd_r);
  auto look = look_at(*medium());
  EXPECT_EQ(total_sectors(look), 332'800u);
  EXPECT_EQ(free_sectors(look), 332'800u - 150);
  EXPECT_EQ(next_address(look), 0u);
  EXPECT_EQ(start_of_last_session(look), -1);
  EXPECT_EQ(end_of_last_session(look), -1);
  insert_written(media_type::cd_r, 100);
  look = look_at(*medium());
  EXPECT_EQ(start_of_last_session(look), 0);
  EXPECT_EQ(end_of_last_session(look), 99);
  EXPECT_EQ(next_address(look), 100u + 11'400);
  EXPECT_EQ(free_sectors(look), 332'800u - 11'500 - 150);
}

TEST_F(media_looks, numbers_of_a_medium_that_is_overwritten) {
  insert_written(media_type::dvd_plus_rw, 160);
  const auto look = look_at(*medium());
  EXPECT_EQ(total_sectors(look), 2'295'104u);
  EXPECT_EQ(free_sectors(look), 2'295'104u);
  EXPECT_EQ(next_address(look), 0u);
  EXPECT_EQ(start_of_last_session(look), 0);
  EXPECT_EQ(end_of_last_session(look), 159);
}

TEST_F(media_looks, a_medium_without_limit_has_as_much_as_a_long_says) {
  insert_written(media_type::disk, 10);
  const auto look = look_at(*medium());
  EXPECT_EQ(total_sectors(look), 2'147'483'647u);
  EXPECT_EQ(free_sectors(look), 2'147'483'647u);
}

TEST_F(media_looks, a_closed_medium_can_be_read_and_not_continued) {
  insert_written(media_type::dvd_minus_r, 100, 0, true);
  const auto look = look_at(*medium());
  EXPECT_EQ(total_sectors(look), 2'298'496u);
  EXPECT_EQ(start_of_last_session(look), 0);
  EXPECT_EQ(end_of_last_session(look), 99);
  EXPECT_EQ(code_of([&] { return free_sectors(look); }), errc::invalid_media_state);
  EXPECT_EQ(code_of([&] { return next_address(look); }), errc::invalid_media_state);
  EXPECT_EQ(protection_of(look), 0);
}

TEST_F(media_looks, a_medium_that_is_only_read_has_no_numbers_for_a_writer) {
  insert(media_type::bd_rom);
  const auto look = look_at(*medium());
  EXPECT_EQ(code_of([&] { return total_sectors(look); }), errc::invalid_media_state);
  EXPECT_EQ(code_of([&] { return free_sectors(look); }), errc::invalid_media_state);
  EXPECT_EQ(code_of([&] { return next_address(look); }), errc::invalid_media_state);
  EXPECT_EQ(code_of([&] { return start_of_last_session(look); }), errc::invalid_media_state);
  EXPECT_EQ(code_of([&] { return end_of_last_session(look); }), errc::invalid_media_state);
  EXPECT_EQ(protection_of(look), IMAPI_WRITEPROTECTED_READ_ONLY_MEDIA);
}

TEST_F(media_looks, a_session_that_was_cut_off_is_not_the_last_one) {
  insert_written(media_type::cd_r, 100);
  {
    const auto m = optical::open_image_medium(first->image, optical::access::writing);
    m->write(m->next_writable(), marked(16, 2));
  }
  const auto look = look_at(*medium());
  EXPECT_EQ(start_of_last_session(look), 0);
  EXPECT_EQ(end_of_last_session(look), 99);
  EXPECT_EQ(code_of([&] { return next_address(look); }), errc::invalid_media_state);
}

TEST_F(media_looks, zeros_at_both_ends_seem_blank) {
  constexpr std::uint64_t block = 2048, two_megabytes = 1024;
  struct row {
    const char* title;
    std::uint64_t blocks, marked_at;
    bool blank;
  };
  for (const auto& r :
       {row{"at the beginning", 4096, 0, false}, row{"last of the first", 4096, two_megabytes - 1, false},
        row{"in the middle", 4096, two_megabytes, true}, row{"also", 4096, 3071, true},
        row{"first of the last", 4096, 3072, false}, row{"at the end", 4096, 4095, false},
        row{"in a short one", 16, 15, false}}) {
    insert(media_type::dvd_plus_rw);
    {
      const auto m = optical::open_image_medium(first->image, optical::access::writing);
      std::vector<std::byte> bytes(r.blocks * block);
      bytes[r.marked_at * block + 7] = std::byte{1};
      m->write({0}, bytes);
    }
    EXPECT_EQ(seems_blank(look_at(*medium())), r.blank) << r.title;
  }
  insert_written(media_type::cd_r, 16);
  EXPECT_FALSE(seems_blank(look_at(*medium())));
  insert(media_type::cd_r);
  EXPECT_TRUE(seems_blank(look_at(*medium())));
}

}  // namespace
}  // namespace comeback::imapi2
