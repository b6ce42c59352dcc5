// SPDX-License-Identifier: Apache-2.0
// What lies in the folder of tasks, honest or not. Live workers are tests/cli/task_test.py.
#include "cli/task_folder.hpp"

#include "base/temporary_folder.hpp"
#include "cli/task_render.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class folder_of_tasks : public testing::Test {
 protected:
  int add(task_state state = task_state::success) const {
    const int id = folder.claim();
    task_record r;
    r.state = state;
    r.description = "Some work";
    folder.write(id, r, false);
    return id;
  }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(top / "state" / "tasks" / name) << text;
  }
  [[nodiscard]] unsigned mode(const fs::path& of) const {
    struct stat is {};
    EXPECT_EQ(::lstat(of.c_str(), &is), 0);
    return is.st_mode & 07777;
  }
  static base::errc code_of(const auto& body) {
    try {
      body();
    } catch (const base::error& e) {
      return e.code();
    }
    return base::errc::ok;
  }

  base::temporary_folder own;
  const fs::path top = own.path();
  task_folder folder{top / "state"};
};

TEST_F(folder_of_tasks, that_is_not_there_is_empty_and_is_not_made_by_looking) {
  EXPECT_TRUE(folder.tasks().empty());
  EXPECT_EQ(code_of([&] { (void)folder.task(1); }), base::errc::invalid_argument);
  EXPECT_FALSE(fs::exists(top / "state"));
}

TEST_F(folder_of_tasks, is_for_its_user_alone) {
  const int id = add();
  EXPECT_EQ(mode(top / "state" / "tasks"), 0700U);
  EXPECT_EQ(mode(folder.file(id, "json")), 0600U);
  EXPECT_EQ(mode(folder.file(id, "lock")), 0600U);
  fs::permissions(top / "state" / "tasks", fs::perms(0755));
  (void)folder.claim();
  EXPECT_EQ(mode(top / "state" / "tasks"), 0700U);
}

TEST_F(folder_of_tasks, numbers_rise_and_are_not_given_twice) {
  EXPECT_EQ(add(), 1);
  EXPECT_EQ(add(), 2);
  folder.forget(1);
  EXPECT_EQ(add(), 3);
  put("9.out", "what is left of a task is a number taken");
  EXPECT_EQ(add(), 10);
}

TEST_F(folder_of_tasks, a_worker_that_says_it_runs_and_holds_no_lock_has_failed) {
  const int id = add(task_state::running);
  const auto t = folder.task(id);
  EXPECT_EQ(t.record.state, task_state::failure);
  EXPECT_EQ(t.record.error, base::errc::exception);
  EXPECT_THAT(t.record.message, HasSubstr("killed"));
  EXPECT_FALSE(folder.terminate(id));
}

TEST_F(folder_of_tasks, what_ended_is_kept_for_a_week) {
  const int old = add(), young = add(), last = add();
  const auto days = [&](int n) { return fs::file_time_type::clock::now() - std::chrono::hours(24 * n); };
  for (const char* kind : {"json", "lock"}) {
    fs::last_write_time(folder.file(old, kind), days(8));
    fs::last_write_time(folder.file(young, kind), days(6));
    fs::last_write_time(folder.file(last, kind), days(9));
  }
  put("." + std::to_string(old) + ".json.77.0", "half a record of a killed worker");
  (void)add();
  EXPECT_FALSE(fs::exists(folder.file(old, "json")));
  EXPECT_FALSE(fs::exists(folder.file(old, "lock")));
  EXPECT_FALSE(fs::exists(top / "state" / "tasks" / ("." + std::to_string(old) + ".json.77.0")));
  EXPECT_TRUE(fs::exists(folder.file(young, "json")));
  EXPECT_TRUE(fs::exists(folder.file(last, "json"))) << "the highest number stays";
}

TEST_F(folder_of_tasks, no_more_than_the_last_hundred_that_ended_are_kept) {
  for (int i = 0; i < 105; ++i) (void)add();
  const auto all = folder.tasks();
  EXPECT_EQ(all.size(), 101U) << "and the new one";
  EXPECT_EQ(all.back().id, 105);
}

struct strange {
  const char* title;
  const char* text;
};

TEST_F(folder_of_tasks, what_cannot_be_read_is_a_row_that_says_so) {
  const strange files[] = {{"empty", ""},
                           {"no JSON", "\x1b[31m{"},
                           {"another object", "{}"},
                           {"a list", "[1,2,3]"},
                           {"texts for numbers", R"({"state":"running","percent":"x"})"}};
  for (const auto& f : files) {
    const int id = add();
    put(std::to_string(id) + ".json", f.text);
    const auto t = folder.task(id);
    EXPECT_NE(t.damage, "") << f.title;
    EXPECT_EQ(code_of([&] { (void)folder.record(id); }), base::errc::exception) << f.title;
  }
  const auto text = tasks_text(folder.tasks());
  EXPECT_THAT(text, HasSubstr("damaged"));
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_THAT(tasks_json(folder.tasks()), HasSubstr("damaged"));
}

TEST_F(folder_of_tasks, pipes_folders_and_links_are_rows_that_say_so) {
  (void)add();
  const auto in = top / "state" / "tasks";
  ASSERT_EQ(::mkfifo((in / "20.json").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((in / "20.lock").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((in / "20.out").c_str(), 0600), 0);
  fs::create_directory(in / "21.json");
  fs::create_symlink("22.json", in / "22.json");
  fs::create_symlink("/nowhere", in / "23.json");
  const auto all = folder.tasks();
  ASSERT_EQ(all.size(), 5U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_NE(all[i].damage, "") << all[i].id;
  EXPECT_EQ(folder.output(20, "out"), "");
}

TEST_F(folder_of_tasks, other_names_are_nobodys_tasks) {
  (void)add();
  for (const char* name : {"0.json", "01.json", "-1.json", "x.json", "1.json.bak", ".2.json.1.0",
                           "99999999999.json", "1000000000.json", ".json", "3json"})
    put(name, "{}");
  EXPECT_EQ(folder.tasks().size(), 1U);
  EXPECT_EQ(add(), 2);
}

TEST_F(folder_of_tasks, hostile_words_of_a_record_do_not_reach_the_terminal) {
  const int id = folder.claim();
  task_record r;
  r.state = task_state::failure;
  r.description = "Log off '\x1b]0;title\x07'";
  r.command = {"guest\x1b[2J"};
  r.message = "\x1b[31mred\nsecond line";
  r.error = base::errc::fail;
  folder.write(id, r, false);
  put(std::to_string(id) + ".out", "one\n\x1b[2Jtwo\xff");
  const auto t = folder.task(id);
  const auto text = task_text(t, folder.output(id, "out"), "") + tasks_text(folder.tasks());
  EXPECT_EQ(text.find('\x1b'), text.npos) << text;
  EXPECT_EQ(text.find('\x07'), text.npos);
  EXPECT_THAT(text, HasSubstr("  one\n"));
}

TEST_F(folder_of_tasks, that_cannot_be_written_to_is_an_error_that_names_it) {
  std::ofstream(top / "state") << "a file";
  EXPECT_NE(code_of([&] { (void)folder.claim(); }), base::errc::ok);
  fs::remove(top / "state");
  fs::create_directory(top / "state");
  fs::create_symlink(top, top / "state" / "tasks");
  EXPECT_EQ(code_of([&] { (void)folder.claim(); }), base::errc::path_not_found) << "a link is not followed";
}

}  // namespace
}  // namespace comeback::cli
