// SPDX-License-Identifier: Apache-2.0
// The vm verbs: what they ask of a connection, in order.
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/connection.hpp"
#include "cli/machine_render.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/verbs.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

void throw_unless_done(const base::task_outcome& outcome) {
  if (outcome.error != base::errc::ok) throw base::error(outcome.error, outcome.description);
}

// Starts what `begin` starts, shows it until it ends, and says what became of the machine.
template <class Begin>
int run_task(const vm_options& o, const context& settings, Begin begin) {
  const auto c = open_connection(settings);
  if (!c.note.empty() && !settings.quiet) std::fputs(("comeback: " + c.note + "\n").c_str(), stderr);
  const auto vm = machine::get(*c.machines, o.name);
  base::executor on;
  const auto task = begin(*vm, on);
  {
    progress_bar bar(settings);
    bar.follow(task, settings.stop);
  }
  throw_unless_done(task.outcome());
  if (settings.json) print(machine_json(*vm));
  if (!settings.json && !settings.quiet)
    print(fmt::format("{}: {}\n", base::printable(vm->name()), machine::name_of(vm->state())));
  return done;
}

std::string read_all(const std::string& file) {
  if (file != "-") return base::read_text(file);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

int show_machine(const machine::virtual_machine& vm, const context& settings) {
  if (settings.json) print(machine_json(vm));
  if (!settings.json && !settings.quiet) print(machine_text(vm));
  return done;
}

}  // namespace

int vm_list(const context& settings) {
  const auto all = open_connection(settings).machines->machines_with_states();
  print(settings.json ? machines_json(all) : machines_text(all));
  return done;
}

int vm_info(const vm_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto vm = machine::get(*c.machines, o.name);
  print(settings.json ? machine_json(*vm) : machine_text(*vm));
  return done;
}

int vm_define(const vm_options& o, const context& settings) {
  const auto c = open_connection(settings);
  return show_machine(*c.machines->define(read_all(o.file)), settings);
}

int vm_start(const vm_options& o, const context& settings) {
  return run_task(o, settings, [](auto& vm, auto& on) { return vm.start(on); });
}

int vm_stop(const vm_options& o, const context& settings) {
  return run_task(o, settings, [](auto& vm, auto& on) { return vm.stop(on); });
}

int vm_save(const vm_options& o, const context& settings) {
  return run_task(o, settings, [](auto& vm, auto& on) { return vm.save(on); });
}

int vm_dvd_insert(const vm_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto vm = machine::get(*c.machines, o.name);
  vm->insert_dvd(std::filesystem::absolute(o.file), o.drive);
  return show_machine(*vm, settings);
}

int vm_dvd_eject(const vm_options& o, const context& settings) {
  const auto c = open_connection(settings);
  const auto vm = machine::get(*c.machines, o.name);
  vm->eject_dvd(o.drive);
  return show_machine(*vm, settings);
}

}  // namespace comeback::cli
