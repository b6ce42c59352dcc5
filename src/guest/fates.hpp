// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bookkeeping of a logoff: who is off and who is not, from lists of sessions alone.

#include "guest/logoff.hpp"

#include <string>
#include <unordered_set>
#include <vector>

namespace comeback::guest {

/// Sessions found at the beginning, and those that began since.
class fates {
 public:
  /// `at_first`: the ids there were at the beginning, of every class.
  fates(const std::vector<session>& found, const std::vector<std::string>& at_first);

  /// Whoever is still there was told to go.
  void all_asked();
  /// SIGKILL was sent.
  void forced(const std::vector<std::string>& ids);
  /// After the telling was cut short: of those still there logind has told those to go that it calls closing.
  void told_by_state(const std::vector<session>& there);
  /// A system that started anew gives the same ids again: whoever is not there since the same moment is gone.
  void recognised(const std::vector<session>& now);
  /// Who is gone from a list of ids is gone for good: logind never gives an id a second time.
  void seen(const std::vector<std::string>& ids);

  /// Ids of a list that nobody has asked about yet, at most as many as we keep; they count as known from now
  /// on.
  [[nodiscard]] std::vector<std::string> take_strangers(const std::vector<std::string>& ids);
  /// People who logged on since the beginning.
  void began(std::vector<session> people);

  [[nodiscard]] const std::vector<session_result>& results() const noexcept { return results_; }
  /// Those of `began` who came back for nobody of `results`.
  [[nodiscard]] std::vector<session> newcomers() const;
  [[nodiscard]] std::vector<std::string> ids_left() const;
  [[nodiscard]] std::size_t count_gone() const;

  /// "Logged off: alice (session 1). Still logged on: nobody." and, where there are such, who came back and
  /// who logged on meanwhile. Names ten at most of each, and is fit to be printed.
  [[nodiscard]] std::string summary() const;
  /// More to tell than that everybody went as asked.
  [[nodiscard]] bool remarkable() const;

 private:
  void match();
  void match_by(bool (*came_back)(const session& before, const session& after));

  std::vector<session_result> results_;
  std::vector<session> began_;
  std::vector<bool> matched_;
  std::unordered_set<std::string> known_;
};

/// The same user came again by the same way: on the same terminal or seat, or let in by the same service.
[[nodiscard]] bool came_back_as(const session& before, const session& after);

}  // namespace comeback::guest
