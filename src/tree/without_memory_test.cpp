// SPDX-License-Identifier: Apache-2.0
// What fails of want of memory has changed nothing.
#include "base/limited_memory.hpp"
#include "base/temporary_folder.hpp"
#include "tree/add_tree.hpp"

#include <fstream>
#include <functional>
#include <new>
#include <ostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comeback::tree {
namespace {

// All that one can see of a tree.
std::string picture(const file_tree& t) {
  auto text = fmt::format("{} files, {} directories, {} nodes, {} contents\n", t.file_count(),
                          t.directory_count(), t.node_limit(), t.content_limit());
  for (std::vector<node_id> pending{root}; !pending.empty();) {
    const auto n = pending.back();
    pending.pop_back();
    const auto content = t.content_of(n);
    text += fmt::format("{} {} {:o} {} {}", t.path(n), static_cast<int>(t.kind(n)),
                        t.attributes_of(n).permissions, t.modified(n).seconds, t.link_target(n));
    if (content != no_content) text += fmt::format(" {} {}", t.info(content).size, t.describe(content));
    for (const auto& s : t.streams_of(n)) text += fmt::format(" {}={}", s.name, t.describe(s.what));
    if (n != root && t.find(t.parent(n), t.name(n)) != n) text += " is not found";
    text += '\n';
    for (const auto child : t.children(n)) pending.push_back(child);
  }
  return text;
}

// Whether the change was made with so few pieces of memory.
bool made(file_tree& t, int granted, const std::function<void(file_tree&)>& change) try {
  const base::new_limit few(granted);
  change(t);
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

struct memory_row {
  std::string title;
  bool takes_memory;
  std::function<void(file_tree&)> change;
};
void PrintTo(const memory_row& r, std::ostream* out) { *out << r.title; }

class without_memory : public testing::TestWithParam<memory_row> {};

// The names do not fit into strings: they take memory, too.
const std::string long_name(40, 'n'), other_name(40, 'o');
const auto bytes = memory_content("bytes");
constexpr node_id folder{1}, file{2}, below{3}, gone{4};
constexpr base::timestamp noon{.seconds = 12, .nanoseconds = 0};

// With as many files as make some table full at the next, whatever its size.
file_tree filled(int files) {
  file_tree t;
  t.add_directory(root, "folder");
  t.add_file(folder, "file", bytes);
  t.add_directory(folder, "below");
  const auto old = t.add_directory(folder, "gone");
  for (int i = 0; i < 30; ++i) t.add_file(old, std::to_string(i), bytes);
  for (int i = 0; i < files; ++i) t.add_file(below, std::to_string(i), bytes);
  t.remove(old);
  return t;
}

TEST_P(without_memory, nothing_is_changed) {
  bool failed = false;
  for (int files = 0; files < 40; ++files) {
    const auto full = filled(files);
    const auto before = picture(full);
    for (int granted = 0;; ++granted) {
      ASSERT_LT(granted, 1000);
      auto t = full;  // a copy has no room left in its tables
      if (made(t, granted, GetParam().change)) {
        EXPECT_NE(picture(t), before);
        break;
      }
      failed = true;
      ASSERT_EQ(picture(t), before) << granted;
      GetParam().change(t);  // nothing stands in its way
      ASSERT_NE(picture(t), before) << granted;
    }
  }
  EXPECT_EQ(failed, GetParam().takes_memory);
}

const memory_row changes[] = {
    memory_row{"add_directory", true, [](file_tree& t) { t.add_directory(folder, long_name, noon); }},
    memory_row{"add_file", true, [](file_tree& t) { t.add_file(folder, long_name, bytes, noon); }},
    memory_row{"add_placed_file", true,
               [](file_tree& t) { t.add_placed_file(folder, long_name, 300, 5, noon); }},
    memory_row{"add_host_file", true,
               [](file_tree& t) { t.add_host_file(folder, long_name, "/proc/self/exe"); }},
    memory_row{"add_link", true, [](file_tree& t) { t.add_link(folder, long_name, file); }},
    memory_row{"add_symbolic_link", true,
               [](file_tree& t) { t.add_symbolic_link(folder, long_name, other_name, noon); }},
    memory_row{"add_special", true,
               [](file_tree& t) {
                 t.add_special(folder, long_name, node_kind::fifo, {.permissions = 0600, .given = true});
               }},
    memory_row{"set_attributes", true,
               [](file_tree& t) { t.set_attributes(file, {.permissions = 0640, .given = true}); }},
    memory_row{"add_stream", true, [](file_tree& t) { t.add_stream(file, long_name, bytes); }},
    memory_row{"add_hidden_placed", true, [](file_tree& t) { t.add_hidden_placed(long_name, 300, 5); }},
    memory_row{"set_content", true,
               [](file_tree& t) {
                 static const auto longer = memory_content("longer");
                 t.set_content(file, longer);
               }},
    memory_row{"restore", true, [](file_tree& t) { t.restore(gone); }},
    memory_row{"remove", false, [](file_tree& t) { t.remove(folder); }}};
INSTANTIATE_TEST_SUITE_P(rows, without_memory, testing::ValuesIn(changes),
                         [](const auto& one) { return one.param.title; });

// A part may be there; what is there is whole.
TEST(without_memory_add_tree, files_have_their_contents) {
  const base::temporary_folder top;
  for (int i = 0; i < 20; ++i) std::ofstream(top.path() / std::to_string(i)) << "content";
  std::filesystem::create_hard_link(top.path() / "1", top.path() / "one");
  const auto old = filled(0);
  bool done = false;
  int failures = 0;
  for (int granted = 0; !done; ++granted, ++failures) {
    auto t = old;
    replaced_items replaced;
    add_options how;
    how.replaced = &replaced;
    how.keep_attributes = true;
    done = made(t, granted, [&](file_tree& into) { add_tree(into, folder, top.path(), how); });
    for (const auto n : t.children(folder))
      ASSERT_TRUE(t.kind(n) != node_kind::file || t.content_of(n) != no_content) << granted;
    ASSERT_NO_THROW((void)picture(t));
  }
  EXPECT_GT(failures, 20);
}

}  // namespace
}  // namespace comeback::tree
