// SPDX-License-Identifier: Apache-2.0
// What the real guest and libvirt tell, up to COM's sinks.
#include "com/events/events.hpp"

#include "guest/agent.hpp"
#include "guest_fixture.hpp"
#include "recording_channel.hpp"
#include "virtualpc/virtual_pc.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AnyOf;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Writes down what it hears.
class sink final : public com::object<IDispatch> {
 public:
  using told = std::function<void(const std::string&)>;
  explicit sink(told what) : what_(std::move(what)) {}
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  HRESULT Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS* given, VARIANT*, EXCEPINFO*, UINT*) override {
    what_(std::to_string(id) + (given->cArgs == 1 ? " " + std::to_string(given->rgvarg[0].lVal) : ""));
    return S_OK;
  }

 private:
  told what_;
};

class events : public guest_test {
 protected:
  void SetUp() override {
    guest_test::SetUp();
    on->machines = machine().connection().machines;
    way = std::make_shared<recording_channel>(machine().connection().channels(machine().vm()));
    on->channels = [way = way](const auto&) { return way; };
    on->tasks = std::make_shared<base::executor>();
    on->session_watch.poll = seconds(1);
    on->logoff.grace = seconds(2);
    const auto from = com::make<virtualpc::virtual_pc>(std::shared_ptr<const virtualpc::backend>(on));
    const BSTR name = SysAllocString(L"comeback-guest");
    ASSERT_EQ(from->FindVirtualMachine(name, vm.put()), S_OK);
    SysFreeString(name);
    ASSERT_EQ(vm.as<IConnectionPointContainer>()->FindConnectionPoint(__uuidof(IVMVirtualMachineEvents),
                                                                      point.put()),
              S_OK);
  }
  void TearDown() override {
    vm = nullptr;
    point = nullptr;
    on = nullptr;
    EXPECT_TRUE(base::background::finish(minutes(1)));
  }
  void listen() {
    DWORD cookie = 0;
    ASSERT_EQ(point->Advise(com::make<sink>([this](const std::string& line) { hear(line); }).get(), &cookie),
              S_OK);
    wait_until_watched();
  }
  /// The watch must know who is on before somebody goes: it has asked for ids, for sessions, and once more.
  void wait_until_watched() const {
    const auto until = std::chrono::steady_clock::now() + minutes(3);
    while (scripts_that_ended() < 3) {
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  [[nodiscard]] std::ptrdiff_t scripts_that_ended() const {
    return std::ranges::count_if(way->messages(), [](const exchanged& m) {
      return m.reply.text.find("\"exited\":true") != std::string::npos;
    });
  }
  void hear(const std::string& line) {
    const std::lock_guard lock(mutex);
    heard.push_back(line);
    said.notify_all();
  }
  /// What was heard, once that many of `line` were.
  std::vector<std::string> wait_for(const std::string& line, std::ptrdiff_t count = 1) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(said.wait_for(lock, minutes(2), [&] { return std::ranges::count(heard, line) >= count; }))
        << line << " of " << testing::PrintToString(heard);
    return heard;
  }
  void log_off() {
    com::ptr<IVMGuestOS> os;
    com::ptr<IVMTask> task;
    ASSERT_EQ(vm->get_GuestOS(os.put()), S_OK);
    ASSERT_EQ(os->Logoff(task.put()), S_OK);
    ASSERT_EQ(task->WaitForCompletion(-1), S_OK);
  }

  std::shared_ptr<recording_channel> way;
  std::mutex mutex;
  std::condition_variable said;
  std::vector<std::string> heard;
  std::shared_ptr<virtualpc::backend> on = std::make_shared<virtualpc::backend>();
  com::ptr<IVMVirtualMachine> vm;
  com::ptr<IConnectionPoint> point;
};

TEST_F(events, a_logoff_is_external_once_a_session) {
  listen();
  log_off();
  wait_for("11 2", 3);
  std::this_thread::sleep_for(seconds(3));  // nobody is told twice
  EXPECT_THAT(wait_for("11 2", 3), ElementsAre("11 2", "11 2", "11 2"));
}

TEST_F(events, a_user_whose_shell_dies_left_by_himself) {
  listen();
  (void)run("pkill -KILL -u bob");
  EXPECT_THAT(wait_for("11 0"), ElementsAre("11 0"));
}

TEST_F(events, a_stubborn_session_is_forced) {
  (void)machine().add_stubborn("alice");
  listen();
  log_off();
  wait_for("11 2", 3);
  EXPECT_THAT(wait_for("11 1"), UnorderedElementsAre("11 2", "11 2", "11 2", "11 1"));
}

TEST_F(events, an_agent_that_restarts_is_available_again) {
  listen();
  const auto real = machine().connection().channels(machine().vm());
  const auto before = real->connections().now();
  (void)comeback::guest::agent(real, guest::name).begin("systemctl", {"restart", "qemu-guest-agent"});
  EXPECT_THAT(wait_for("9"), ElementsAre("9"));
  EXPECT_TRUE(real->connections().wait_beyond(before, minutes(1)));
  EXPECT_EQ(machine().os().sessions().size(), 3U);
}

TEST_F(events, a_machine_that_starts_anew_was_reset_once_and_nobody_logged_off) {
  listen();
  (void)comeback::guest::agent(machine().connection().channels(machine().vm()), guest::name)
      .begin("systemctl", {"reboot", "--force"});
  wait_for("3");
  machine().wait_for_sessions(3, minutes(4));
  const auto all = wait_for("9");
  EXPECT_EQ(std::ranges::count(all, "3"), 1) << testing::PrintToString(all);
  EXPECT_EQ(std::ranges::count(all, "11 0"), 0) << testing::PrintToString(all);
}

TEST_F(events, stopping_is_a_change_of_state) {
  listen();
  com::ptr<IVMTask> task;
  ASSERT_EQ(vm->TurnOff(task.put()), S_OK);
  // QEMU says on its way out that it is about to go, if there is time.
  const auto all = wait_for("1 1");
  EXPECT_THAT(all, AnyOf(ElementsAre("1 1"), ElementsAre("1 8", "2", "1 1")));
  ASSERT_EQ(task->WaitForCompletion(-1), S_OK);
  fresh();
}

}  // namespace
}  // namespace comeback::test_guest
