// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "optical/features.hpp"
#include "optical/image_medium.hpp"
#include "optical/recorder_files.hpp"
#include "optical/recorder_folder.hpp"

#include <algorithm>
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

class Recorders : public testing::Test {
 protected:
  [[nodiscard]] fs::path image(std::string_view name) const { return top_.path() / name; }
  void add(std::string_view name, media_type type) const {
    create_image_medium(image(name), type).reset();
    folder.add(name, image(name));
  }
  [[nodiscard]] std::unique_ptr<recorder> opened(std::string_view name) const {
    return folder.open(recorder_id(name));
  }
  [[nodiscard]] fs::path file(std::string_view name) const { return top_.path() / "state/recorders" / name; }
  void put(std::string_view name, std::string_view text) const { std::ofstream(file(name)) << text; }

 private:
  base::temporary_folder top_;

 protected:
  recorder_folder folder{top_.path() / "state"};
};

TEST_F(Recorders, NoneAtFirst) {
  EXPECT_THAT(folder.ids(), IsEmpty());
  EXPECT_THAT(folder.list(), IsEmpty());
  EXPECT_EQ(thrown_by([&] { folder.remove("a"); }).code(), errc::item_not_found);
  EXPECT_EQ(thrown_by([&] { (void)opened("a"); }).code(), errc::item_not_found);
  EXPECT_FALSE(fs::exists(file("")));
}

TEST_F(Recorders, AreListedInTheOrderInWhichTheyWereAdded) {
  for (const auto* name : {"z", "a", "m"}) add(name, media_type::cd_r);
  EXPECT_THAT(folder.ids(), ElementsAre("image-recorder:z", "image-recorder:a", "image-recorder:m"));
  folder.remove("z");
  add("y", media_type::bd_re);
  EXPECT_THAT(folder.ids(), ElementsAre("image-recorder:a", "image-recorder:m", "image-recorder:y"));
  EXPECT_EQ(folder.list().front().record.image, fs::canonical(image("a")));
  EXPECT_TRUE(fs::exists(image("z")));
  struct stat is {};
  ASSERT_EQ(::stat(file("").c_str(), &is), 0);
  EXPECT_EQ(is.st_mode & 0777U, 0700U);
}

TEST_F(Recorders, NamesAndImagesAreTakenOnce) {
  add("a", media_type::cd_r);
  create_image_medium(image("b"), media_type::cd_r).reset();
  EXPECT_EQ(thrown_by([&] { folder.add("a", image("b")); }).code(), errc::already_exists);
  EXPECT_EQ(thrown_by([&] { folder.require_new("a"); }).code(), errc::already_exists);
  fs::create_symlink(image("a"), image("link"));
  EXPECT_THAT(thrown_by([&] { folder.add("b", image("link")); }).what(),
              HasSubstr("in the recorder 'a' already"));
  EXPECT_EQ(thrown_by([&] { folder.add("b", image("none")); }).code(), errc::file_not_found);
  EXPECT_EQ(folder.ids().size(), 1U);
}

TEST_F(Recorders, NamesThatAreNone) {
  create_image_medium(image("b"), media_type::cd_r).reset();
  for (const auto& name :
       {std::string(), std::string("../x"), std::string(".x"), std::string("a b"), std::string("a/b"),
        std::string("\xc3\xa4"), std::string("a\0b", 3), std::string(65, 'a')}) {
    EXPECT_EQ(thrown_by([&] { folder.add(name, image("b")); }).code(), errc::invalid_name) << name;
    EXPECT_EQ(thrown_by([&] { (void)opened(name); }).code(), errc::item_not_found) << name;
    EXPECT_EQ(thrown_by([&] { folder.remove(name); }).code(), errc::item_not_found) << name;
  }
  EXPECT_EQ(thrown_by([&] { (void)folder.open("a"); }).code(), errc::item_not_found);
  folder.add(std::string(64, 'a'), image("b"));
}

TEST_F(Recorders, DamagedRecordsAreRowsAndCanBeRemoved) {
  add("good", media_type::cd_r);
  const auto whole = write_record(recorder_record{7, false, "/a"});
  put("cut.recorder", whole.substr(0, whole.size() - 1));
  put("empty.recorder", "");
  put("large.recorder", std::string(100'000, 'x'));
  put("not ours.recorder", whole);
  EXPECT_THAT(folder.ids(), ElementsAre("image-recorder:good"));
  const auto all = folder.list();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].name, "good");
  EXPECT_EQ(all[0].damage, "");
  for (const auto* name : {"cut", "empty", "large"}) {
    EXPECT_THROW((void)opened(name), base::error);
    folder.remove(name);
  }
  EXPECT_EQ(folder.list().size(), 1U);
}

TEST_F(Recorders, EveryPieceOfARecordIsRefused) {
  const recorder_record record{12, true, "/some where/disc.img"};
  const auto whole = write_record(record);
  EXPECT_EQ(read_recorder_record(whole), record);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_recorder_record(whole.substr(0, size))) << size;
  for (const auto* text : {"comeback recorder 2\nnumber 1\ntray open\nimage /a\nend\n",
                           "comeback recorder 1\nnumber -1\ntray open\nimage /a\nend\n",
                           "comeback recorder 1\nnumber 01\ntray open\nimage /a\nend\n",
                           "comeback recorder 1\nnumber 1\ntray ajar\nimage /a\nend\n",
                           "comeback recorder 1\nnumber 1\ntray open\nimage a\nend\n",
                           "comeback recorder 1\nnumber 1\ntray open\nimage /a\nend\n\n"})
    EXPECT_FALSE(read_recorder_record(text)) << text;
}

TEST_F(Recorders, TellWhatTheyAreAndWhatTheyHold) {
  add("a", media_type::dvd_plus_rw);
  const auto drive = opened("a");
  EXPECT_EQ(drive->id(), "image-recorder:a");
  EXPECT_EQ(drive->name(), "a");
  EXPECT_LE(drive->identity().vendor.size(), 8U);
  EXPECT_LE(drive->identity().product.size(), 16U);
  EXPECT_LE(drive->identity().revision.size(), 4U);
  EXPECT_EQ(drive->supported_profiles().size(), 19U);
  EXPECT_EQ(drive->supported_media().size(), 19U);
  EXPECT_THAT(drive->current_profiles(), ElementsAre(0x1A));
  EXPECT_THAT(drive->current_features(), testing::IsSupersetOf({0x00, 0x10, 0x1F, 0x20, 0x2A}));
  EXPECT_EQ(drive->current_medium().type, media_type::dvd_plus_rw);
  EXPECT_TRUE(drive->has_medium());
}

TEST_F(Recorders, FeaturesAreAscendingAndSupported) {
  const auto supported = all_features();
  EXPECT_TRUE(std::ranges::is_sorted(supported));
  for (const auto& facts : all_media()) {
    const auto current = features_with(facts.type);
    EXPECT_TRUE(std::ranges::is_sorted(current, std::less_equal())) << facts.name;
    EXPECT_TRUE(std::ranges::includes(supported, current)) << facts.name;
    EXPECT_GT(current.size(), features_with(media_type::unknown).size()) << facts.name;
  }
}

TEST_F(Recorders, WriteAndReadTheirMedium) {
  add("a", media_type::cd_r);
  const auto drive = opened("a");
  auto writing = drive->open_medium(access::writing);
  writing->write({0}, std::vector<std::byte>(4096));
  EXPECT_EQ(thrown_by([&] { (void)opened("a")->open_medium(access::writing); }).code(),
            errc::sharing_violation);
  EXPECT_EQ(drive->open_medium(access::reading)->sessions().size(), 1U);
  EXPECT_EQ(thrown_by([&] { drive->eject(); }).code(), errc::sharing_violation);
  writing->close_session(false);
  writing.reset();
  EXPECT_EQ(thrown_by([&] { drive->erase_medium(); }).code(), errc::erase_media_not_supported);
  drive->eject();
}

TEST_F(Recorders, TheTrayIsOpenForEverybody) {
  add("a", media_type::cd_rw);
  const auto one = opened("a"), other = opened("a");
  one->eject();
  one->eject();
  EXPECT_FALSE(other->has_medium());
  EXPECT_THAT(other->current_profiles(), IsEmpty());
  EXPECT_EQ(other->current_features(), features_with(media_type::unknown));
  EXPECT_EQ(thrown_by([&] { (void)other->open_medium(access::reading); }).code(), errc::recorder_no_media);
  EXPECT_EQ(thrown_by([&] { (void)other->current_medium(); }).code(), errc::recorder_no_media);
  EXPECT_EQ(thrown_by([&] { other->erase_medium(); }).code(), errc::recorder_no_media);
  other->load();
  EXPECT_TRUE(one->has_medium());
  one->erase_medium();
  EXPECT_EQ(one->open_medium(access::reading)->state(), medium_state::blank);
}

TEST_F(Recorders, AnImageThatIsGoneIsNoMedium) {
  add("a", media_type::cd_rw);
  const auto drive = opened("a");
  fs::remove(image("a"));
  EXPECT_FALSE(drive->has_medium());
  EXPECT_EQ(thrown_by([&] { (void)drive->open_medium(access::reading); }).code(), errc::recorder_no_media);
  drive->eject();
  drive->load();
}

TEST_F(Recorders, ExclusiveAccessIsCountedAndNamed) {
  add("a", media_type::cd_rw);
  const auto one = opened("a"), other = opened("a");
  EXPECT_EQ(one->exclusive_owner(), "");
  one->acquire("burner");
  one->acquire("burner again");
  EXPECT_EQ(one->acquired(), 2U);
  EXPECT_EQ(one->exclusive_owner(), "burner");
  EXPECT_EQ(other->exclusive_owner(), "burner");
  const auto refused = thrown_by([&] { other->acquire("other"); });
  EXPECT_EQ(refused.code(), errc::recorder_locked);
  EXPECT_THAT(refused.what(), HasSubstr("burner has exclusive access to the recorder 'a'"));
  EXPECT_EQ(other->acquired(), 0U);
  for (const auto& work : std::vector<std::function<void()>>{
           [&] { (void)other->open_medium(access::writing); }, [&] { other->erase_medium(); },
           [&] { other->eject(); }, [&] { other->load(); }, [&] { folder.remove("a"); }})
    EXPECT_EQ(thrown_by(work).code(), errc::recorder_locked);
  EXPECT_NE(other->open_medium(access::reading), nullptr);
  EXPECT_NE(one->open_medium(access::writing), nullptr);
  one->eject();
  one->load();
  one->release();
  EXPECT_EQ(other->exclusive_owner(), "burner");
  one->release();
  EXPECT_EQ(other->exclusive_owner(), "");
  other->acquire("other");
  EXPECT_EQ(one->exclusive_owner(), "other");
}

TEST_F(Recorders, ExclusiveAccessNeedsANameAndWasAcquiredBeforeItIsReleased) {
  add("a", media_type::cd_rw);
  const auto drive = opened("a");
  EXPECT_EQ(thrown_by([&] { drive->acquire(""); }).code(), errc::recorder_client_name_invalid);
  EXPECT_EQ(thrown_by([&] { drive->release(); }).code(), errc::access_denied);
}

TEST_F(Recorders, ExclusiveAccessEndsWithItsObjectOrProcess) {
  add("a", media_type::cd_rw);
  auto one = opened("a");
  one->acquire("one");
  one.reset();
  const auto other = opened("a");
  EXPECT_EQ(other->exclusive_owner(), "");
  int ready[2], go[2];
  ASSERT_EQ(::pipe(ready) | ::pipe(go), 0);
  const auto child = ::fork();
  if (child == 0) {
    const auto held = opened("a");
    held->acquire("child");
    char word = 'h';
    const bool told = ::write(ready[1], &word, 1) == 1 && ::read(go[0], &word, 1) == 1;
    ::_exit(told ? 0 : 1);  // nothing is cleaned up
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  EXPECT_EQ(other->exclusive_owner(), "child");
  ASSERT_EQ(::write(go[1], &word, 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(other->exclusive_owner(), "");
  for (const int fd : {ready[0], ready[1], go[0], go[1]}) ::close(fd);
}

TEST_F(Recorders, ARecorderThatWasRemovedIsTold) {
  add("a", media_type::cd_rw);
  const auto drive = opened("a");
  folder.remove("a");
  EXPECT_EQ(thrown_by([&] { (void)drive->has_medium(); }).code(), errc::item_not_found);
  EXPECT_EQ(thrown_by([&] { drive->acquire("x"); }).code(), errc::item_not_found);
}

}  // namespace
}  // namespace comeback::optical
