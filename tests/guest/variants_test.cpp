// SPDX-License-Identifier: Apache-2.0
// What each kind of guest answers: the two properties of Terminal Services, who is on, and Logoff.
#include "guest_fixture.hpp"

#include <optional>
#include <ostream>

#include <gmock/gmock.h>

namespace comeback::test_guest {
namespace {

using base::errc;
using testing::HasSubstr;

/// A property as a COM client sees it: S_OK with a value, S_FALSE ("not initialised yet"), or a code.
struct property {
  errc code = errc::ok;
  std::optional<bool> value;
  bool operator==(const property&) const = default;
};

std::ostream& operator<<(std::ostream& out, const property& p) {
  if (p.code != errc::ok) return out << "code " << std::hex << static_cast<std::uint32_t>(p.code);
  return out << (p.value ? *p.value ? "TRUE" : "FALSE" : "S_FALSE");
}

constexpr property yes{errc::ok, true}, no{errc::ok, false}, not_yet{errc::ok, std::nullopt},
    not_available{errc::additions_feature_not_available, std::nullopt};

struct answers {
  const char* title;
  variant what;
  property initialized, many_allowed;
  errc listing;
  std::size_t sessions;
  errc logoff;
  const char* words;  ///< in the sentence of Logoff's failure
};

void PrintTo(const answers& row, std::ostream* out) { *out << row.title; }

constexpr auto none = errc::additions_feature_not_available;
constexpr auto nobody = errc::no_such_logon_session;

const answers table[] = {
    {"whole", variant::whole, yes, yes, errc::ok, 3, errc::ok, ""},
    {"exec_blocked", variant::exec_blocked, not_available, not_available, none, 0, none, "--block-rpcs"},
    {"no_agent", variant::no_agent, not_available, not_available, none, 0, none, "qemu-guest-agent"},
    {"logind_masked", variant::logind_masked, no, no, none, 0, none, "no session manager in the guest"},
    {"no_logind", variant::no_logind, no, no, none, 0, none, "no session manager in the guest"},
    {"no_systemd", variant::no_systemd, no, no, none, 0, none, "no session manager in the guest"},
    {"booting", variant::booting, not_yet, not_yet, errc::ok, 0, nobody, "Nobody"},
    {"booting_with_users", variant::booting_with_users, not_yet, not_yet, errc::ok, 3, errc::ok, ""},
    {"nologin", variant::nologin, yes, no, errc::ok, 3, errc::ok, ""},
};

class variants : public guest_test, public testing::WithParamInterface<answers> {
 public:
  static void SetUpTestSuite() { make_machine(); }

 protected:
  void SetUp() override { machine().up(GetParam().what); }

  static property read(const std::function<std::optional<bool>()>& get) {
    try {
      return {errc::ok, get()};
    } catch (const base::error& e) {
      return {e.code(), std::nullopt};
    }
  }
  /// Who fails, the call or the task, is the same to who asked.
  static base::described_error logging_off() {
    base::executor on;
    try {
      auto under_way = machine().os().logoff_all(on);
      under_way.task().wait();
      return {under_way.task().outcome().error, under_way.task().outcome().description};
    } catch (...) {
      EXPECT_TRUE(on.tasks().empty()) << "where the call fails there is no task";
      return base::describe_current_exception();
    }
  }
};

TEST_P(variants, answer_as_they_should) {
  const auto& row = GetParam();
  const auto os = machine().os();
  EXPECT_EQ(read([&] { return os.terminal_services_initialized(); }), row.initialized);
  EXPECT_EQ(read([&] { return os.multiple_user_sessions_allowed(); }), row.many_allowed);

  std::size_t count = 0;
  EXPECT_EQ(read([&] {
              count = os.sessions().size();
              return std::nullopt;
            }).code,
            row.listing);
  EXPECT_EQ(count, row.sessions);

  const auto end = logging_off();
  EXPECT_EQ(end.code, row.logoff) << end.message;
  EXPECT_THAT(end.message, HasSubstr(row.words));
  if (row.logoff == errc::ok) {
    EXPECT_TRUE(os.sessions().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(of_the_guest, variants, testing::ValuesIn(table),
                         [](const auto& row) { return std::string(row.param.title); });

}  // namespace
}  // namespace comeback::test_guest
