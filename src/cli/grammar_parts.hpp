// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/grammar.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

namespace comeback::cli {

/// What the grammars of the groups share. Only they include this: CLI11 is slow to compile.

// A verb's options live as long as the closures that fill and read them.
template <class Options, class Verb>
void runs(CLI::App* verb, std::shared_ptr<Options> options, Verb function, invocation& result) {
  verb->callback([options, function, &result] {
    result.run = [options, function](const context& settings) { return function(*options, settings); };
  });
}

inline CLI::App* add_group(CLI::App& app, const std::string& name, const std::string& about) {
  auto* group = app.add_subcommand(name, about);
  group->require_subcommand(1)->fallthrough();
  auto words =
      std::make_shared<CLI::Formatter>(*std::dynamic_pointer_cast<CLI::Formatter>(app.get_formatter()));
  words->label("SUBCOMMAND", "VERB");
  words->label("Subcommands", "Verbs");
  group->formatter(words);
  return group;
}

inline CLI::App* add_verb(CLI::App* group, const std::string& name, const std::string& about,
                          const std::string& example) {
  auto* verb = group->add_subcommand(name, about);
  verb->fallthrough();
  verb->footer("Example:\n  " + example + "\n`comeback --help` lists the options that every verb takes.");
  return verb;
}

void add_disc(CLI::App& app, invocation& result);

}  // namespace comeback::cli
