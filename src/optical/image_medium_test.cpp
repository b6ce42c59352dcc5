// SPDX-License-Identifier: Apache-2.0
#include "optical/image_medium.hpp"

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "optical/medium_record.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using disk::block_count;
using disk::lba;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::byte> blocks(std::size_t count, char filling) {
  return std::vector<std::byte>(count * disk::block_size, static_cast<std::byte>(filling));
}

recorded_session session(std::uint64_t first, std::uint64_t count, bool closed = true) {
  return {{first}, {count}, closed};
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void put_text(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// The first byte of a block, as a reader sees it.
char byte_at(const medium& m, std::uint64_t block) {
  std::byte one{};
  EXPECT_EQ(m.bytes()->read_at(block * disk::block_size, {&one, 1}), 1U);
  return static_cast<char>(one);
}

template <class Work>
base::error thrown_by(Work work) {
  try {
    work();
  } catch (const base::error& e) {
    return e;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {errc::ok, ""};
}

class ImageMedium : public testing::Test {
 protected:
  [[nodiscard]] fs::path image() const { return folder_.path() / "disc.img"; }
  [[nodiscard]] fs::path record() const { return record_path(image()); }
  [[nodiscard]] std::unique_ptr<medium> made(media_type type, std::uint64_t capacity = 0) const {
    return create_image_medium(image(), type, {capacity});
  }
  [[nodiscard]] std::unique_ptr<medium> open(access how = access::reading) const {
    return open_image_medium(image(), how);
  }
  [[nodiscard]] errc code_of_opening() const {
    return thrown_by([&] { (void)open(); }).code();
  }

 private:
  base::temporary_folder folder_;
};

TEST_F(ImageMedium, ABlankOneOfEveryKind) {
  for (const auto& facts : all_media()) {
    if (facts.how == writing::none) continue;
    SCOPED_TRACE(facts.name);
    made(facts.type).reset();
    const auto m = open();
    EXPECT_EQ(m->facts().type, facts.type);
    EXPECT_EQ(m->state(), medium_state::blank);
    EXPECT_THAT(m->sessions(), IsEmpty());
    EXPECT_EQ(m->capacity(), facts.capacity);
    EXPECT_EQ(m->next_writable(), lba{0});
    EXPECT_EQ(m->bytes()->size(), 0U);
    EXPECT_EQ(m->free_blocks(), facts.capacity.value != 0 ? facts.capacity : most_blocks);
    fs::remove(image());
    fs::remove(record());
  }
}

TEST_F(ImageMedium, SessionsFollowEachOtherWithTheGapsOfTheKind) {
  for (const auto type :
       {media_type::cd_r, media_type::dvd_plus_r, media_type::dvd_minus_r, media_type::bd_r}) {
    const auto& facts = facts_of(type);
    SCOPED_TRACE(facts.name);
    auto m = made(type);
    m->write({0}, blocks(3, 'a'));
    EXPECT_THAT(m->sessions(), ElementsAre(session(0, 3, false)));
    m->write({3}, blocks(2, 'b'));
    m->close_session(false);
    const auto unit = facts.write_unit;
    const auto second = (5 + unit - 1) / unit * unit + facts.after_first.value;
    EXPECT_EQ(m->next_writable(), lba{second});
    m->write({second}, blocks(unit, 'c'));
    m->close_session(false);
    const auto third = second + unit + facts.between.value;
    m.reset();

    const auto again = open();
    EXPECT_THAT(again->sessions(), ElementsAre(session(0, 5), session(second, unit)));
    EXPECT_EQ(again->next_writable(), lba{third});
    EXPECT_EQ(again->free_blocks(), block_count{facts.capacity.value - third});
    EXPECT_EQ(again->state(), medium_state::appendable);
    EXPECT_EQ(byte_at(*again, 2), 'a');
    EXPECT_EQ(byte_at(*again, 3), 'b');
    if (second > 5) {
      EXPECT_EQ(byte_at(*again, 5), '\0');
    }
    EXPECT_EQ(byte_at(*again, second), 'c');
    fs::remove(image());
    fs::remove(record());
  }
}

TEST_F(ImageMedium, WhatIsWrittenOnceStays) {
  auto m = made(media_type::dvd_plus_r);
  m->write({0}, blocks(16, 'a'));
  for (const std::uint64_t at : {0, 1, 15, 17, 4000})
    EXPECT_EQ(thrown_by([&] { m->write({at}, blocks(1, 'x')); }).code(), errc::invalid_media_state) << at;
  m->close_session(false);
  for (const std::uint64_t at : {0, 15, 16, 2063, 2065})
    EXPECT_EQ(thrown_by([&] { m->write({at}, blocks(1, 'x')); }).code(), errc::invalid_media_state) << at;
  EXPECT_THAT(thrown_by([&] { m->write({0}, blocks(1, 'x')); }).what(), HasSubstr("only at 2064, not at 0"));
  EXPECT_EQ(byte_at(*m, 0), 'a');
  EXPECT_EQ(m->bytes()->size(), 16 * disk::block_size);
}

TEST_F(ImageMedium, ClosedForGood) {
  auto m = made(media_type::cd_r);
  EXPECT_EQ(thrown_by([&] { m->close_session(true); }).code(), errc::invalid_media_state);
  m->write({0}, blocks(1, 'a'));
  m->close_session(true);
  for (const int round : {0, 1}) {
    SCOPED_TRACE(round);
    EXPECT_EQ(m->state(), medium_state::closed);
    EXPECT_EQ(m->free_blocks(), block_count{0});
    EXPECT_EQ(thrown_by([&] { m->write(m->next_writable(), blocks(1, 'b')); }).code(),
              errc::invalid_media_state);
    EXPECT_EQ(thrown_by([&] { m->close_session(false); }).code(), errc::invalid_media_state);
    m.reset();
    m = open(access::writing);
  }
  m.reset();
  EXPECT_EQ(thrown_by([&] { erase_image_medium(image()); }).code(), errc::erase_media_not_supported);
  EXPECT_EQ(byte_at(*open(), 0), 'a');
}

TEST_F(ImageMedium, AMediumThatNeedsNoMoreIsClosedLater) {
  auto m = made(media_type::bd_r);
  m->write({0}, blocks(32, 'a'));
  m->close_session(false);
  m->close_session(true);
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 32)));
  EXPECT_EQ(m->state(), medium_state::closed);
}

TEST_F(ImageMedium, AFullMediumTakesNoMore) {
  auto m = made(media_type::bd_r, 64);
  m->write({0}, blocks(60, 'a'));
  EXPECT_EQ(m->free_blocks(), block_count{4});
  EXPECT_EQ(thrown_by([&] { m->write({60}, blocks(5, 'b')); }).code(), errc::image_size_limit);
  EXPECT_EQ(m->next_writable(), lba{60});
  m->write({60}, blocks(4, 'c'));
  EXPECT_EQ(m->free_blocks(), block_count{0});
  m->close_session(false);
  EXPECT_EQ(m->state(), medium_state::closed);
  EXPECT_EQ(thrown_by([&] { m->write({64}, blocks(1, 'd')); }).code(), errc::image_size_limit);
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 64)));
}

TEST_F(ImageMedium, RandomMediaAreWrittenInWholeUnitsAnywhere) {
  auto m = made(media_type::dvd_plus_rw, 160);
  m->write({32}, blocks(16, 'b'));
  m->write({0}, blocks(32, 'a'));
  m->write({16}, blocks(16, 'c'));
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 48)));
  EXPECT_EQ(m->next_writable(), lba{48});
  EXPECT_EQ(byte_at(*m, 16), 'c');
  EXPECT_EQ(thrown_by([&] { m->write({8}, blocks(16, 'x')); }).code(), errc::invalid_argument);
  EXPECT_EQ(thrown_by([&] { m->write({16}, blocks(8, 'x')); }).code(), errc::invalid_argument);
  EXPECT_EQ(thrown_by([&] { m->write({144}, blocks(32, 'x')); }).code(), errc::image_size_limit);
  EXPECT_EQ(thrown_by([&] { m->write({std::uint64_t{1} << 60U}, blocks(16, 'x')); }).code(),
            errc::image_size_limit);
  m->close_session(true);
  EXPECT_EQ(m->state(), medium_state::appendable);
}

TEST_F(ImageMedium, APlainImageIsADisk) {
  put_text(image(), std::string(5000, 'i'));
  auto m = open(access::writing);
  EXPECT_EQ(m->facts().type, media_type::disk);
  EXPECT_EQ(m->bytes()->size(), 5000U);
  EXPECT_EQ(m->next_writable(), lba{3});
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 3)));
  m->write({3}, blocks(1, 'n'));
  m->write({0}, blocks(1, 'o'));
  m->sync();
  EXPECT_EQ(m->bytes()->size(), 4 * disk::block_size);
  EXPECT_EQ(byte_at(*m, 0), 'o');
  EXPECT_EQ(byte_at(*m, 1), 'i');
  EXPECT_FALSE(fs::exists(record()));
}

TEST_F(ImageMedium, OnlyWholeBlocks) {
  auto m = made(media_type::disk);
  EXPECT_EQ(thrown_by([&] { m->write({0}, std::vector<std::byte>(2047)); }).code(), errc::invalid_argument);
  m->write({0}, {});
  EXPECT_EQ(m->state(), medium_state::blank);
}

TEST_F(ImageMedium, ReadersCannotWrite) {
  made(media_type::cd_rw).reset();
  const auto m = open();
  EXPECT_EQ(thrown_by([&] { m->write({0}, blocks(1, 'x')); }).code(), errc::access_denied);
  EXPECT_EQ(thrown_by([&] { m->close_session(false); }).code(), errc::access_denied);
  EXPECT_EQ(thrown_by([&] { m->sync(); }).code(), errc::access_denied);
}

TEST_F(ImageMedium, ImagesOfMediaThatAreOnlyRead) {
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::cd_rom); }).code(), errc::file_not_found);
  EXPECT_FALSE(fs::exists(image()));
  put_text(image(), std::string(4096, 'r'));
  const auto m = made(media_type::cd_rom);
  EXPECT_EQ(m->state(), medium_state::closed);
  EXPECT_EQ(m->capacity(), block_count{2});
  EXPECT_EQ(m->free_blocks(), block_count{0});
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 2)));
  EXPECT_EQ(thrown_by([&] { m->write({2}, blocks(1, 'x')); }).code(), errc::recorder_media_write_protected);
}

TEST_F(ImageMedium, ErasedMediaAreBlank) {
  auto m = made(media_type::cd_rw, 1000);
  m->write({0}, blocks(10, 'a'));
  m->close_session(true);
  m.reset();
  erase_image_medium(image());
  m = open(access::writing);
  EXPECT_EQ(m->state(), medium_state::blank);
  EXPECT_EQ(m->capacity(), block_count{1000});
  m->write({0}, blocks(1, 'b'));
  EXPECT_EQ(thrown_by([&] { erase_image_medium(image()); }).code(), errc::sharing_violation);
}

TEST_F(ImageMedium, WhatIsThereIsNotMadeAnew) {
  made(media_type::cd_r).reset();
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::cd_r); }).code(), errc::already_exists);
  fs::remove(image());
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::cd_r); }).code(), errc::already_exists);
  EXPECT_FALSE(fs::exists(image()));
  fs::remove(record());
  put_text(image(), "some image");
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::cd_r); }).code(), errc::already_exists);
  put_text(image(), "");
  EXPECT_EQ(made(media_type::cd_r)->facts().type, media_type::cd_r);
}

TEST_F(ImageMedium, CapacitiesThatNoMediumHas) {
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::cd_r, most_blocks.value + 1); }).code(),
            errc::invalid_argument);
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::bd_r, 33); }).code(), errc::invalid_argument);
  EXPECT_EQ(thrown_by([&] { (void)made(media_type::bd_rom, 32); }).code(), errc::invalid_argument);
  EXPECT_FALSE(fs::exists(image()));
  EXPECT_EQ(made(media_type::disk, 5)->free_blocks(), block_count{5});
}

TEST_F(ImageMedium, WhatIsNoFile) {
  EXPECT_EQ(code_of_opening(), errc::file_not_found);
  fs::create_directory(image());
  EXPECT_EQ(code_of_opening(), errc::not_supported);
}

TEST_F(ImageMedium, ASecondWriterIsToldAndReadersAreNot) {
  auto first = made(media_type::dvd_plus_r);
  first->write({0}, blocks(16, 'a'));
  const auto told = thrown_by([&] { (void)open(access::writing); });
  EXPECT_EQ(told.code(), errc::sharing_violation);
  EXPECT_THAT(told.what(), HasSubstr("disc.img is in use by another program"));
  const auto reader = open();
  EXPECT_THAT(reader->sessions(), ElementsAre(session(0, 16, false)));
  const auto bytes = reader->bytes();
  first->write({16}, blocks(16, 'b'));
  first->close_session(false);
  EXPECT_THAT(reader->sessions(), ElementsAre(session(0, 16, false)));  // as it was opened
  EXPECT_EQ(bytes->size(), 16 * disk::block_size);
  EXPECT_THAT(open()->sessions(), ElementsAre(session(0, 32)));
}

TEST_F(ImageMedium, BytesOutliveTheMediumWithoutItsLock) {
  auto m = made(media_type::disk);
  m->write({0}, blocks(1, 'a'));
  const auto bytes = m->bytes();
  m.reset();
  m = open(access::writing);
  std::byte one{};
  EXPECT_EQ(bytes->read_at(2047, {&one, 1}), 1U);
  EXPECT_EQ(static_cast<char>(one), 'a');
  EXPECT_EQ(bytes->read_at(2048, {&one, 1}), 0U);
}

TEST_F(ImageMedium, TheLockGoesWithTheProcess) {
  made(media_type::disk).reset();
  int ready[2], go[2];
  ASSERT_EQ(::pipe(ready) | ::pipe(go), 0);
  const auto child = ::fork();
  if (child == 0) {
    const auto held = open(access::writing);
    char word = 'h';
    const bool told = ::write(ready[1], &word, 1) == 1 && ::read(go[0], &word, 1) == 1;
    ::_exit(told ? 0 : 1);  // nothing is cleaned up
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  EXPECT_EQ(thrown_by([&] { (void)open(access::writing); }).code(), errc::sharing_violation);
  ASSERT_EQ(::write(go[1], &word, 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(open(access::writing)->state(), medium_state::blank);
  for (const int fd : {ready[0], ready[1], go[0], go[1]}) ::close(fd);
}

TEST_F(ImageMedium, OneRecordForAllNamesOfAnImage) {
  made(media_type::cd_r).reset();
  const auto link = image().parent_path() / "link.img";
  fs::create_symlink("disc.img", link);
  auto m = open_image_medium(link, access::writing);
  EXPECT_EQ(m->facts().type, media_type::cd_r);
  m->write({0}, blocks(1, 'a'));
  m->close_session(false);
  EXPECT_FALSE(fs::exists(record_path(link)));
  EXPECT_THAT(open()->sessions(), ElementsAre(session(0, 1)));
}

TEST_F(ImageMedium, AFolderThatTakesNoRecordIsToldBeforeAnythingIsWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  made(media_type::cd_r).reset();
  fs::permissions(image().parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(thrown_by([&] { (void)open(access::writing); }).code(), errc::access_denied);
  EXPECT_EQ(open()->state(), medium_state::blank);
  fs::permissions(image().parent_path(), fs::perms::owner_all);
}

TEST_F(ImageMedium, AFullDiskLeavesTheSessionAsItWas) {
  auto m = made(media_type::cd_r);
  m->write({0}, blocks(2, 'a'));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{3 * disk::block_size + 100, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto error = thrown_by([&] { m->write({2}, blocks(4, 'b')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_THAT(error.what(), HasSubstr("Cannot write"));
  EXPECT_EQ(m->next_writable(), lba{2});
  EXPECT_EQ(fs::file_size(image()), 2 * disk::block_size);
  m->write({2}, blocks(4, 'c'));
  m->close_session(false);
  EXPECT_THAT(open()->sessions(), ElementsAre(session(0, 6)));
}

// A cut while the second session is written: whatever length the file has come to, the first session is
// there.
TEST_F(ImageMedium, ACutWhileBlocksAreWritten) {
  auto m = made(media_type::dvd_plus_r);
  m->write({0}, blocks(16, 'a'));
  m->close_session(false);
  const auto second = m->next_writable().value;
  m->write({second}, blocks(4, 'b'));
  m.reset();
  const auto whole = fs::file_size(image());
  for (auto size = whole;; size -= 512) {
    SCOPED_TRACE(size);
    fs::resize_file(image(), size);
    auto cut = open(access::writing);
    ASSERT_FALSE(cut->sessions().empty());
    EXPECT_EQ(cut->sessions().front(), session(0, 16));
    EXPECT_EQ(byte_at(*cut, 15), 'a');
    if (size <= second * disk::block_size) {
      EXPECT_EQ(cut->sessions().size(), 1U);
      EXPECT_EQ(cut->next_writable(), lba{second});
      break;
    }
    const auto begun = disk::blocks_for(size).value - second;
    EXPECT_EQ(cut->sessions().back(), session(second, begun, false));
    EXPECT_EQ(cut->next_writable(), lba{second + begun});
  }
}

TEST_F(ImageMedium, ASessionThatWasCutOffIsGivenUpOrGoesOn) {
  auto m = made(media_type::bd_r);
  m->write({0}, blocks(3, 'a'));
  m.reset();
  fs::resize_file(image(), 2 * disk::block_size + 100);
  m = open(access::writing);
  EXPECT_EQ(thrown_by([&] { m->write({2}, blocks(1, 'x')); }).code(), errc::invalid_media_state);
  m->write({3}, blocks(1, 'b'));
  m->close_session(false);
  EXPECT_THAT(m->sessions(), ElementsAre(session(0, 4)));
  m->write({32}, blocks(1, 'c'));
  m.reset();
  fs::resize_file(image(), 32 * disk::block_size + 1);
  m = open(access::writing);
  m->close_session(false);
  m.reset();
  EXPECT_THAT(open()->sessions(), ElementsAre(session(0, 4), session(32, 1)));
}

TEST_F(ImageMedium, ACutBetweenTheTwoStepsOfErasing) {
  auto m = made(media_type::cd_rw);
  m->write({0}, blocks(4, 'a'));
  m->close_session(false);
  m.reset();
  const auto old = text_of(image());
  erase_image_medium(image());
  put_text(image(), old);
  EXPECT_THAT(open()->sessions(), ElementsAre(session(0, 4, false)));
  erase_image_medium(image());
  EXPECT_EQ(open()->state(), medium_state::blank);
}

TEST_F(ImageMedium, ARecordThatWasCutOffIsTold) {
  auto m = made(media_type::dvd_plus_r);
  m->write({0}, blocks(16, 'a'));
  m->close_session(true);
  m.reset();
  const auto whole = text_of(record());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    put_text(record(), whole.substr(0, size));
    const auto told = thrown_by([&] { (void)open(); });
    EXPECT_EQ(told.code(), errc::file_system_inconsistent) << size;
    EXPECT_THAT(told.what(), HasSubstr("disc.img.medium, line "));
    EXPECT_THAT(told.what(), HasSubstr("move it away"));
  }
  put_text(record(), whole);
  EXPECT_EQ(open()->state(), medium_state::closed);
}

TEST_F(ImageMedium, ARecordThatSaysMoreThanTheImageHas) {
  auto m = made(media_type::bd_r);
  for (const std::uint64_t at : {0, 32}) {
    m->write({at}, blocks(32, 'a'));
    m->close_session(false);
  }
  m.reset();
  fs::resize_file(image(), 63 * disk::block_size);
  const auto told = thrown_by([&] { (void)open(); });
  EXPECT_EQ(told.code(), errc::file_system_inconsistent);
  EXPECT_THAT(told.what(), HasSubstr("line 6: session 2 ends at block 64, but the image has only 63 blocks"));
  fs::remove(record());  // the way out
  EXPECT_EQ(byte_at(*open(), 62), 'a');
}

TEST_F(ImageMedium, ARecordThatIsTooLargeIsNotRead) {
  put_text(image(), "");
  put_text(record(), std::string(record_limit + 1, 'x'));
  EXPECT_EQ(code_of_opening(), errc::data_too_big);
}

TEST_F(ImageMedium, ManySessions) {
  auto m = made(media_type::bd_r);
  for (std::uint64_t n = 0; n < 50; ++n) {
    m->write({n * 32}, blocks(1, 's'));
    m->close_session(false);
  }
  m.reset();
  const auto all = open()->sessions();
  ASSERT_EQ(all.size(), 50U);
  EXPECT_EQ(all.back(), session(std::uint64_t{49} * 32, 1));
}

}  // namespace
}  // namespace comeback::optical
