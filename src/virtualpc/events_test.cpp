// SPDX-License-Identifier: Apache-2.0
// The events of machines and of the application, as sinks hear them.

#include "com/events/events.hpp"

#include "base/background.hpp"
#include "virtualpc/event_feed.hpp"
#include "virtualpc/fixture.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>

#include <gmock/gmock.h>

namespace comeback::virtualpc {
namespace {

using machine::happening;
using machine::run_state;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;

/// A script's object.
class script_sink final : public com::object<IDispatch> {
 public:
  using told = std::function<HRESULT(DISPID, const DISPPARAMS&)>;
  explicit script_sink(told what) : what_(std::move(what)) {}
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS* given, VARIANT*, EXCEPINFO*, UINT*) override {
    return what_(id, *given);
  }

 private:
  told what_;
};

std::string argument(const VARIANT& value) {
  return value.vt == VT_BSTR ? com::to_utf8(value.bstrVal) : std::to_string(value.lVal);
}

class machine_events : public facade {
 public:
  ~machine_events() override { EXPECT_TRUE(base::background::finish(minutes(1))); }

 protected:
  machine_events() {
    on->session_watch = {
        .poll = milliseconds(5), .while_logging_off = milliseconds(2), .rest = milliseconds(5)};
    way->sessions = {{.id = "1", .user = "alice"}, {.id = "2", .user = "bob"}};
  }

  template <class Events, class Source>
  static com::ptr<IConnectionPoint> point_of(const com::ptr<Source>& source) {
    com::ptr<IConnectionPoint> found;
    EXPECT_EQ(
        source.template as<IConnectionPointContainer>()->FindConnectionPoint(__uuidof(Events), found.put()),
        S_OK);
    return found;
  }
  static DWORD advise(const com::ptr<IConnectionPoint>& point, IUnknown* sink) {
    DWORD cookie = 0;
    EXPECT_EQ(point->Advise(sink, &cookie), S_OK);
    return cookie;
  }
  /// A sink that writes down what it hears: the id, and the arguments as the prototype has them.
  com::ptr<script_sink> noting() {
    return com::make<script_sink>([this](DISPID id, const DISPPARAMS& given) {
      std::string line = std::to_string(id);
      for (UINT i = given.cArgs; i-- > 0;) line += " " + argument(given.rgvarg[i]);
      const std::lock_guard lock(mutex);
      heard.push_back(line);
      said.notify_all();
      return S_OK;
    });
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(said.wait_for(lock, minutes(1), [&] { return heard.size() >= count; }));
  }
  /// A call under way still holds its subscription, and maybe the source.
  void wait_until_nobody_listens() {
    for (const auto until = std::chrono::steady_clock::now() + minutes(1); !hypervisor->told.empty();) {
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_TRUE(base::background::finish(minutes(1)));
  }
  void tell(happening what, run_state state = run_state::invalid, bool by_guest = false) {
    hypervisor->told.tell(
        {.what = what, .uuid = vm->uuid(), .name = vm->name(), .state = state, .by_guest = by_guest});
  }
  template <class Change>
  void in_the_guest(Change&& change) {
    const std::unique_lock turn(way->queue());
    change();
  }
  std::ptrdiff_t looks() {
    const std::unique_lock turn(way->queue());
    return std::ranges::count_if(way->commands, [](const std::string& command) {
      return command.find("ListSessions") != command.npos;
    });
  }
  std::size_t asked() {
    const std::unique_lock turn(way->queue());
    return way->commands.size();
  }
  /// Until the guest has been asked that often who is on, from now.
  void wait_for_looks(std::ptrdiff_t count) {
    const auto until = std::chrono::steady_clock::now() + minutes(1);
    for (const auto enough = looks() + count; looks() < enough;) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "nobody asks who is on";
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  void log_off(IVMGuestOS* os) {
    com::ptr<IVMTask> task;
    ASSERT_EQ(os->Logoff(task.put()), S_OK);
    ASSERT_EQ(task->WaitForCompletion(-1), S_OK);
  }

  std::mutex mutex;
  std::condition_variable said;
  std::vector<std::string> heard;
};

TEST_F(machine_events, carry_the_ids_of_the_interface_s_table) {
  const struct {
    const wchar_t* name;
    DISPID id;
  } rows[] = {{L"OnStateChange", 1},        {L"OnRequestShutdown", 2}, {L"OnReset", 3},
              {L"OnAdditionsAvailable", 9}, {L"OnGuestShutdown", 10},  {L"OnGuestLogoff", 11}};
  for (const auto& [name, id] : rows) {
    std::wstring copy(name);
    LPOLESTR names[] = {copy.data()};
    DISPID found = 0;
    EXPECT_EQ(com::find_names(com::members_of<IVMVirtualMachineEvents>(), IID_NULL, names, 1, &found), S_OK);
    EXPECT_EQ(found, id);
  }
}

TEST_F(machine_events, tell_of_states) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  const DWORD cookie = advise(point, noting().get());
  tell(happening::state_changed, run_state::paused);
  tell(happening::state_changed, run_state::running);
  tell(happening::restarted);
  tell(happening::agent_connected);
  tell(happening::state_changed, run_state::turning_off, true);
  tell(happening::state_changed, run_state::turned_off);
  wait_for(8);
  EXPECT_THAT(heard, ElementsAre("1 6", "1 5", "3", "9", "1 8", "10", "2", "1 1"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

TEST_F(machine_events, are_those_of_this_machine) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  const DWORD cookie = advise(point, noting().get());
  hypervisor->told.tell(
      {.what = happening::state_changed, .uuid = "another", .name = "mail", .state = run_state::paused});
  tell(happening::restarted);
  wait_for(1);
  EXPECT_THAT(heard, ElementsAre("3"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

TEST_F(machine_events, a_logoff_is_external_once_a_session) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  const DWORD cookie = advise(point, noting().get());
  com::ptr<IVMGuestOS> os;
  ASSERT_EQ(web->get_GuestOS(os.put()), S_OK);
  wait_for_looks(2);
  log_off(os.get());
  wait_for(2);
  wait_for_looks(2);
  EXPECT_THAT(heard, ElementsAre("11 2", "11 2"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

TEST_F(machine_events, a_user_who_leaves_is_normal_and_one_who_is_killed_forced) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  const DWORD cookie = advise(point, noting().get());
  wait_for_looks(2);
  in_the_guest([&] {
    way->sessions.erase(way->sessions.begin());
    way->sessions[0].stubborn = true;
  });
  wait_for(1);
  com::ptr<IVMGuestOS> os;
  ASSERT_EQ(web->get_GuestOS(os.put()), S_OK);
  log_off(os.get());
  wait_for(2);
  EXPECT_THAT(heard, ElementsAre("11 0", "11 1"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

TEST_F(machine_events, a_connection_that_comes_back_is_compared_with_what_was_known) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  const DWORD cookie = advise(point, noting().get());
  tell(happening::state_changed, run_state::running);
  wait_for(1);
  hypervisor->told.tell({.what = happening::connection_regained});
  tell(happening::restarted);
  wait_for(2);
  vm->now = run_state::turned_off;
  hypervisor->told.tell({.what = happening::connection_regained});
  wait_for(3);
  EXPECT_THAT(heard, ElementsAre("1 5", "3", "1 1"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

TEST_F(machine_events, nobody_is_asked_and_nothing_watched_while_nobody_listens) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  EXPECT_TRUE(hypervisor->told.empty());
  const DWORD one = advise(point, noting().get()), two = advise(point, noting().get());
  EXPECT_FALSE(hypervisor->told.empty());
  EXPECT_EQ(point->Unadvise(one), S_OK);
  EXPECT_FALSE(hypervisor->told.empty());
  EXPECT_EQ(point->Unadvise(two), S_OK);
  EXPECT_TRUE(hypervisor->told.empty());
  EXPECT_TRUE(base::background::finish(minutes(1)));
  const auto before = asked();
  tell(happening::restarted);
  // A watch that went on would ask every 5 ms.
  std::this_thread::sleep_for(20 * on->session_watch.poll);
  EXPECT_EQ(asked(), before);
  const std::lock_guard lock(mutex);
  EXPECT_THAT(heard, ElementsAre());
}

TEST_F(machine_events, end_with_the_last_reference_to_their_source) {
  const auto sink = noting();
  {
    const auto web = machine();
    advise(point_of<IVMVirtualMachineEvents>(web), sink.get());
  }
  EXPECT_TRUE(hypervisor->told.empty());
  EXPECT_TRUE(base::background::finish(minutes(1)));
  sink->AddRef();
  EXPECT_EQ(sink->Release(), 1U);
}

TEST_F(machine_events, a_sink_that_fails_or_throws_keeps_nobody_from_hearing) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  advise(point, com::make<script_sink>([](auto&&...) { return E_FAIL; }).get());
  advise(point, com::make<script_sink>([](auto&&...) -> HRESULT { throw std::runtime_error("odd"); }).get());
  advise(point, noting().get());
  tell(happening::restarted);
  tell(happening::restarted);
  wait_for(2);
  EXPECT_THAT(heard, ElementsAre("3", "3"));
}

TEST_F(machine_events, a_sink_may_unadvise_itself_while_called) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  DWORD mine = 0;
  const auto note = noting();
  mine =
      advise(point, com::make<script_sink>([&](DISPID id, const DISPPARAMS& given) {
                      EXPECT_EQ(point->Unadvise(mine), S_OK);
                      DISPPARAMS copy = given;
                      return note->Invoke(id, IID_NULL, 0, DISPATCH_METHOD, &copy, nullptr, nullptr, nullptr);
                    }).get());
  tell(happening::restarted);
  tell(happening::restarted);
  wait_for(1);
  wait_until_nobody_listens();
  EXPECT_THAT(heard, ElementsAre("3"));
}

TEST_F(machine_events, a_sink_may_let_the_last_reference_to_its_source_go) {
  auto web = machine();
  auto point = point_of<IVMVirtualMachineEvents>(web);
  advise(point, com::make<script_sink>([&](auto&&...) {
                  point = nullptr;
                  web = nullptr;
                  const std::lock_guard lock(mutex);
                  heard.emplace_back("gone");
                  said.notify_all();
                  return S_OK;
                }).get());
  tell(happening::restarted);
  wait_for(1);
  wait_until_nobody_listens();
}

TEST_F(machine_events, a_sink_that_blocks_holds_up_no_other_object_and_no_unadvise) {
  const auto blocked = machine(), web = machine();
  const auto first = point_of<IVMVirtualMachineEvents>(blocked),
             second = point_of<IVMVirtualMachineEvents>(web);
  std::promise<void> inside, go_on;
  const DWORD cookie = advise(first, com::make<script_sink>([&](auto&&...) {
                                       inside.set_value();
                                       go_on.get_future().wait();
                                       return S_OK;
                                     }).get());
  advise(second, noting().get());
  tell(happening::restarted);
  inside.get_future().wait();
  wait_for(1);
  EXPECT_EQ(first->Unadvise(cookie), S_OK);  // does not wait for the call
  tell(happening::agent_connected);
  wait_for(2);
  EXPECT_THAT(heard, ElementsAre("3", "9"));
  go_on.set_value();
}

TEST_F(machine_events, end_for_all_and_go_on_with_the_next_sink) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  advise(point, noting().get());
  event_feed::end_all();
  EXPECT_TRUE(base::background::finish(minutes(1)));
  tell(happening::restarted);
  EXPECT_THAT(heard, ElementsAre());
  advise(point, noting().get());
  tell(happening::restarted);
  wait_for(2);
  EXPECT_THAT(heard, ElementsAre("3", "3"));
}

TEST_F(machine_events, sinks_come_and_go_on_many_threads_while_things_happen) {
  const auto web = machine();
  const auto point = point_of<IVMVirtualMachineEvents>(web);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const DWORD cookie = advise(point, noting().get());
          tell(happening::restarted);
          EXPECT_EQ(point->Unadvise(cookie), S_OK);
        }
      });
    }
  }
  wait_until_nobody_listens();
}

TEST_F(machine_events, the_application_tells_the_states_of_every_machine_by_name) {
  const auto from = application();
  const auto point = point_of<IVMVirtualPCEvents>(from);
  const DWORD cookie = advise(point, noting().get());
  tell(happening::state_changed, run_state::paused);
  tell(happening::restarted);
  hypervisor->told.tell(
      {.what = happening::state_changed, .uuid = "another", .name = "mäil", .state = run_state::saved});
  wait_for(2);
  EXPECT_THAT(heard, ElementsAre("2 web 6", "2 mäil 2"));
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
  wait_until_nobody_listens();
}

}  // namespace
}  // namespace comeback::virtualpc
