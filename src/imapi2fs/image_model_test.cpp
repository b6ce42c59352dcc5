// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/image_model.hpp"

#include "base/temporary_folder.hpp"
#include "imapi2fs/media.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::imapi2fs {
namespace {

base::timestamp epoch() { return {}; }

TEST(image_model, a_change_after_a_result_leaves_that_result_alone) {
  image_model model(epoch);
  model.add_directory({tree::root}, "first");
  auto made = model.create();
  const auto kept = made.plan->tree;
  made = {};
  model.add_directory({tree::root}, "second");
  EXPECT_EQ(kept->directory_count(), 1u);
  EXPECT_EQ(model.directory_count(), 2u);
}

TEST(image_model, is_safe_from_several_threads) {
  image_model model(epoch);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        model.add_directory({tree::root}, std::to_string(t) + "_" + std::to_string(i));
        (void)model.file_count();
      }
    });
  threads.clear();
  EXPECT_EQ(model.directory_count(), 200u);
}

// AddTree puts a new file in the place of the old one: at no moment is there none.
TEST(image_model, looks_and_removes_in_one_step) {
  const base::temporary_folder own;
  const std::string folder = own.path();
  std::ofstream(folder + "/file") << "text";
  image_model model(epoch);
  model.add_tree({tree::root}, folder, false);
  std::atomic<bool> done = false;
  std::jthread replacing([&] {
    for (int i = 0; i < 2'000; ++i) model.add_tree({tree::root}, folder, false);
    done = true;
  });
  for (int i = 0; !done; ++i) {
    try {
      model.remove_tree({tree::root}, "file");
      FAIL() << "A file was taken for a directory.";
    } catch (const base::error& e) {
      ASSERT_EQ(e.code(), base::errc::not_a_directory) << i;
    }
  }
}

TEST(image_model, a_limit_just_reached_is_fine) {
  image_model model(epoch);
  model.add_directory({tree::root}, "d");
  const auto used = static_cast<std::int32_t>(model.used_blocks());
  model.set_free_media_blocks(used);
  EXPECT_THROW(model.set_free_media_blocks(used - 1), base::error);
}

TEST(image_model, a_tree_holds_what_its_links_point_to) {
  const base::temporary_folder own;
  const std::string folder = own.path();
  std::ofstream(folder + "/file") << "text";
  std::filesystem::create_symlink("file", folder + "/link");
  std::filesystem::create_symlink(".", folder + "/loop");
  image_model model(epoch);
  model.add_tree({tree::root}, folder, false);
  EXPECT_EQ(model.file_count(), 2u);
  EXPECT_EQ(model.directory_count(), 0u);
}

TEST(media, every_kind_has_a_size) {
  for (int type = 1; type <= 19; ++type) EXPECT_TRUE(find_medium(type)) << type;
  EXPECT_FALSE(find_medium(0));
  EXPECT_FALSE(find_medium(20));
  EXPECT_FALSE(find_medium(-1));
}

}  // namespace
}  // namespace comeback::imapi2fs
