// SPDX-License-Identifier: Apache-2.0
#include "machine/notifications.hpp"

#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

namespace comeback::machine {
namespace {

using std::chrono::minutes;

class listening : public testing::Test {
 protected:
  std::shared_ptr<base::courier> by = std::make_shared<base::courier>();
  listeners all;
  std::vector<std::string> heard;

  listener note(std::string who) {
    return [this, who = std::move(who)](const notification& of) {
      heard.push_back(who + " " + std::string(name_of(of.what)));
    };
  }
  void tell(happening what) { all.tell({.what = what, .uuid = "u", .name = "web"}); }
  /// Until all that was told has been heard.
  void settle() const {
    std::promise<void> done;
    by->post([&done] { done.set_value(); });
    done.get_future().wait();
  }
};

using lines = std::vector<std::string>;

TEST_F(listening, everybody_hears_in_the_order_of_the_happenings) {
  const auto one = all.add(by, note("one")), two = all.add(by, note("two"));
  tell(happening::state_changed);
  tell(happening::restarted);
  settle();
  EXPECT_EQ(heard, (lines{"one state changed", "two state changed", "one restarted", "two restarted"}));
}

TEST_F(listening, ends_with_the_subscription) {
  EXPECT_TRUE(all.empty());
  {
    const auto one = all.add(by, note("one"));
    EXPECT_FALSE(all.empty());
  }
  EXPECT_TRUE(all.empty());
  tell(happening::defined);
  settle();
  EXPECT_EQ(heard, lines{});
}

TEST_F(listening, one_that_throws_harms_no_other) {
  const auto odd = all.add(by, [](const notification&) { throw std::runtime_error("odd"); });
  const auto one = all.add(by, note("one"));
  tell(happening::undefined);
  settle();
  EXPECT_EQ(heard, lines{"one undefined"});
}

TEST_F(listening, one_may_unsubscribe_itself_and_others_while_called) {
  subscription mine, other;
  mine = all.add(by, [&](const notification&) {
    heard.emplace_back("mine");
    mine = {};
    other = {};
  });
  other = all.add(by, note("other"));
  tell(happening::restarted);
  tell(happening::restarted);
  settle();
  EXPECT_EQ(heard, lines{"mine"});
}

TEST_F(listening, one_may_subscribe_and_tell_while_called) {
  subscription later;
  const auto one = all.add(by, [&](const notification& of) {
    if (of.what != happening::defined) return;
    later = all.add(by, note("later"));
    tell(happening::undefined);
  });
  tell(happening::defined);
  settle();
  settle();
  EXPECT_EQ(heard, lines{"later undefined"});
}

TEST_F(listening, one_that_blocks_holds_up_nobody_with_another_courier) {
  std::promise<void> go_on;
  const auto blocked = all.add(std::make_shared<base::courier>(),
                               [until = go_on.get_future().share()](const notification&) { until.wait(); });
  const auto one = all.add(by, note("one"));
  tell(happening::agent_connected);
  tell(happening::agent_disconnected);
  settle();
  EXPECT_EQ(heard, (lines{"one agent connected", "one agent disconnected"}));
  go_on.set_value();
}

TEST_F(listening, may_be_ended_while_called_elsewhere) {
  std::promise<void> begun, go_on;
  auto blocked = std::make_unique<subscription>(all.add(
      std::make_shared<base::courier>(), [&begun, until = go_on.get_future().share()](const notification&) {
        begun.set_value();
        until.wait();
      }));
  tell(happening::restarted);
  begun.get_future().wait();
  blocked.reset();  // does not wait
  go_on.set_value();
  EXPECT_TRUE(base::background::finish(minutes(1)));
}

}  // namespace
}  // namespace comeback::machine
