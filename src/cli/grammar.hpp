// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"

#include <functional>
#include <string>

namespace comeback::cli {

/// What the words of the command line ask for.
struct invocation {
  context settings;  ///< the global options; environment and stop token are the caller's
  std::function<int(const context&)> run;  ///< the verb; empty when the words were help, a version or wrong
  bool no_wait = false;                    ///< run the verb in a worker that outlives the command
  int status = done;                       ///< exit status when there is nothing to run
};

/// Parses the words; prints help and usage errors itself.
[[nodiscard]] invocation parse(int argc, char** argv);

}  // namespace comeback::cli
