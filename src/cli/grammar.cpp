// SPDX-License-Identifier: Apache-2.0
#include "cli/grammar.hpp"

#include "cli/grammar_parts.hpp"
#include "cli/verbs.hpp"
#include "optical/medium.hpp"

#include <iostream>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace comeback::cli {
namespace {

void set_labels(CLI::App& app) {
  auto labels = app.get_formatter();
  labels->label("SUBCOMMAND", "GROUP VERB");
  labels->label("Subcommands", "Groups");
  labels->label("REQUIRED", "");
  labels->label("TEXT", "");
}

using vm_verb = int (*)(const vm_options&, const context&);

void add_vm_verb(CLI::App* vm, const char* name, const char* about, vm_verb function, invocation& result) {
  auto o = std::make_shared<vm_options>();
  auto* verb = add_verb(vm, name, about, std::string("comeback vm ") + name + " lab1");
  verb->add_option("NAME", o->name, "Name or UUID of a machine")->required();
  runs(verb, o, function, result);
}

void add_no_wait(CLI::App* verb, invocation& result) {
  verb->add_flag("--no-wait", result.no_wait,
                 "Print the number of a task and go on in the background; see `comeback task --help`");
}

void add_vm_dvd(CLI::App* vm, invocation& result) {
  auto* dvd = add_group(*vm, "dvd", "The DVD drives of a machine");
  auto o = std::make_shared<vm_options>();
  auto* insert =
      add_verb(dvd, "insert", "Put an image into a drive", "comeback vm dvd insert lab1 photos.iso");
  auto* eject = add_verb(dvd, "eject", "Take the image out of a drive", "comeback vm dvd eject lab1");
  for (auto* verb : {insert, eject}) {
    verb->add_option("NAME", o->name, "Name or UUID of a machine")->required();
    verb->add_option("--drive", o->drive, "Which drive, such as sda (see `comeback vm info`)")
        ->type_name("TARGET");
  }
  insert->add_option("IMAGE", o->file, "The image")->required()->check(CLI::ExistingFile);
  runs(insert, o, vm_dvd_insert, result);
  runs(eject, o, vm_dvd_eject, result);
}

void add_vm(CLI::App& app, invocation& result) {
  auto* vm = add_group(app, "vm", "Virtual machines");
  auto* list = add_verb(vm, "list", "All machines of the connection", "comeback vm list --json");
  list->callback([&result] { result.run = [](const context& settings) { return vm_list(settings); }; });
  auto o = std::make_shared<vm_options>();
  auto* define =
      add_verb(vm, "define", "Make a machine known, from libvirt's XML", "comeback vm define lab1.xml");
  define->add_option("FILE", o->file, "Domain XML as libvirt documents it; - for standard input")->required();
  runs(define, o, vm_define, result);
  add_vm_verb(vm, "info", "State, memory, drives and agent of a machine", vm_info, result);
  add_vm_verb(vm, "start", "Start a machine, or restore it from its saved state", vm_start, result);
  add_vm_verb(vm, "stop", "Cut a machine's power; the guest is not asked", vm_stop, result);
  add_vm_verb(vm, "save", "Save a machine's state to disk and power it off", vm_save, result);
  for (const auto* name : {"start", "stop", "save"}) add_no_wait(vm->get_subcommand(name), result);
  add_vm_dvd(vm, result);
}

using guest_verb = int (*)(const guest_options&, const context&);

// Which machines: one of NAME and --all, never both. Checked once all words are read.
CLI::App* add_guest_verb(CLI::App* guest, const std::string& name, const std::string& about,
                         const std::string& example, const std::shared_ptr<guest_options>& o,
                         guest_verb function, invocation& result) {
  auto* verb = add_verb(guest, name, about, example);
  verb->add_option("NAME", o->machines.names, "Names or UUIDs of machines");
  verb->add_flag("--all", o->machines.all, "Every running machine, instead of names");
  verb->callback([o, verb, function, &result] {
    if (o->machines.all == !o->machines.names.empty())
      throw CLI::RequiredError(verb->get_name() + ": either NAME or --all");
    if (function == guest_wait && o->for_agent == o->for_logged_off)
      throw CLI::RequiredError("wait: either --agent or --logged-off");
    result.run = [o, function](const context& settings) { return function(*o, settings); };
  });
  return verb;
}

void add_seconds(CLI::App* verb, const std::string& option, const std::string& about,
                 const std::string& otherwise, unsigned least,
                 std::function<void(std::chrono::seconds)> set) {
  verb->add_option_function<unsigned>(
          option, [set = std::move(set)](unsigned seconds) { set(std::chrono::seconds(seconds)); }, about)
      ->check(CLI::Range(least, 86400U).description(""))
      ->default_str(otherwise)
      ->type_name("SECONDS");
}

// The word behind --watch may be a name: `guest sessions --watch lab1`.
void set_watch(guest_options& o, const std::string& word) {
  using std::chrono::milliseconds;
  o.watch = milliseconds(2000);
  if (word.empty()) return;
  double seconds = 0;
  if (!CLI::detail::lexical_cast(word, seconds)) {
    o.machines.names.push_back(word);
    return;
  }
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw CLI::ValidationError("--watch", "not in 0.1 to 3600: " + word);
  o.watch = milliseconds(static_cast<milliseconds::rep>(seconds * 1000));
}

void add_guest_sessions(CLI::App* guest, invocation& result) {
  auto o = std::make_shared<guest_options>();
  auto* verb = add_guest_verb(guest, "sessions", "Who is logged on", "comeback guest sessions lab1 --json", o,
                              guest_sessions, result);
  verb->add_option_function<std::vector<std::string>>(
          "--watch",
          [o](const std::vector<std::string>& words) { set_watch(*o, words.empty() ? "" : words[0]); },
          "Look again every so many seconds, default 2, and show what changes, until Ctrl-C")
      ->expected(0, 1)
      ->allow_extra_args(false)
      ->type_name("[SECONDS]");
}

void add_guest_logoff(CLI::App* guest, invocation& result) {
  auto o = std::make_shared<guest_options>();
  auto* verb = add_guest_verb(guest, "logoff", "Log everyone off, and wait until they are gone",
                              "comeback guest logoff lab1 lab2 --timeout 60", o, guest_logoff, result);
  add_seconds(verb, "--timeout",
              "Give up after this many seconds; sessions that do not go by themselves are killed before that",
              "120", 1, [o](auto seconds) { o->timeout = seconds; });
  add_seconds(
      verb, "--grace",
      "Kill sessions that have not gone by themselves after this many seconds, by default at the latest "
      "after half of the time-out",
      "20", 0, [o](auto seconds) { o->grace = seconds; });
  add_no_wait(verb, result);
}

void add_guest_wait(CLI::App* guest, invocation& result) {
  auto o = std::make_shared<guest_options>();
  auto* verb = add_guest_verb(guest, "wait", "Wait for the agent to answer, or for everyone to be off",
                              "comeback guest wait lab1 --agent --timeout 60", o, guest_wait, result);
  verb->add_flag("--agent", o->for_agent, "Until the guest agent answers");
  verb->add_flag("--logged-off", o->for_logged_off, "Until nobody is logged on");
  add_seconds(verb, "--timeout", "Give up after this many seconds", "120", 0,
              [o](auto seconds) { o->timeout = seconds; });
}

void add_guest(CLI::App& app, invocation& result) {
  auto* guest = add_group(app, "guest", "What happens inside a machine");
  add_guest_verb(guest, "info", "Agent, system and log-on service of a guest", "comeback guest info lab1",
                 std::make_shared<guest_options>(), guest_info, result);
  add_guest_sessions(guest, result);
  add_guest_logoff(guest, result);
  add_guest_wait(guest, result);
}

void add_task_id(CLI::App* verb, int& id) {
  verb->add_option("ID", id, "Number of a task, as `comeback task list` shows it")
      ->required()
      ->check(CLI::Range(1, 999'999'999).description(""));
}

void add_task(CLI::App& app, invocation& result) {
  auto* task = add_group(app, "task", "Work that --no-wait left in the background");
  auto* list =
      add_verb(task, "list", "Tasks that run, and those that ended in the last days", "comeback task list");
  list->callback([&result] { result.run = [](const context& settings) { return task_list(settings); }; });
  auto o = std::make_shared<task_options>();
  auto* show = add_verb(task, "show", "What a task does or did, and what it printed", "comeback task show 3");
  auto* cancel = add_verb(task, "cancel", "Ask a task to stop", "comeback task cancel 3");
  for (auto* verb : {show, cancel}) add_task_id(verb, o->id);
  runs(show, o, task_show, result);
  runs(cancel, o, task_cancel, result);
  auto w = std::make_shared<task_wait_options>();
  auto* wait = add_verb(task, "wait", "Wait until a task has ended; print and return what its verb did",
                        "comeback task wait 3 --timeout 60");
  add_task_id(wait, w->id);
  wait->add_option_function<unsigned>(
          "--timeout", [w](unsigned seconds) { w->timeout = std::chrono::seconds(seconds); },
          "Stop waiting after this many seconds; the task goes on")
      ->check(CLI::Range(0U, 86400U).description(""))
      ->type_name("SECONDS");
  runs(wait, w, task_wait, result);
}

void add_recorder(CLI::App& app, invocation& result) {
  auto* recorder =
      add_group(app, "recorder", "Disc recorders on image files, for programs that burn by IMAPI");
  auto a = std::make_shared<recorder_add_options>();
  auto* add = add_verb(recorder, "add",
                       "Add a recorder with an image in it; a blank one is made when it is not there",
                       "comeback recorder add burner blank.img --media dvd+r\n"
                       "  comeback recorder add small small.img --media cd-rw --capacity 100000\n"
                       "  comeback recorder add photos photos.iso");
  add->add_option("NAME", a->name, "How to call it: letters, digits, '.', '_' and '-'")->required();
  add->add_option("IMAGE", a->image, "The image that is its medium")->required();
  std::vector<std::string> kinds;
  for (const auto& facts : optical::all_media()) kinds.emplace_back(facts.name);
  add->add_option(
         "--media", a->media,
         fmt::format("Kind of a new medium: {}; default: disk, which is written anywhere and has no end",
                     fmt::join(kinds, ", ")))
      ->check(CLI::IsMember(kinds).description(""))
      ->type_name("TYPE");
  add->add_option("--capacity", a->capacity, "Blocks of 2048 bytes of a new medium; default: as its kind has")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32U).description(""))
      ->type_name("BLOCKS");
  runs(add, a, recorder_add, result);
  auto* list = add_verb(recorder, "list", "Recorders, their media, and what is free on them",
                        "comeback recorder list");
  list->callback([&result] { result.run = [](const context& settings) { return recorder_list(settings); }; });
  auto r = std::make_shared<recorder_remove_options>();
  auto* remove =
      add_verb(recorder, "remove", "Forget a recorder; its image stays", "comeback recorder remove burner");
  remove->add_option("NAME", r->name, "Name of a recorder, as `comeback recorder list` shows it")->required();
  runs(remove, r, recorder_remove, result);
}

void add_globals(CLI::App& app, context& settings) {
  app.add_option("--connect", settings.connect,
                 "libvirt connection; else COMEBACK_URI, LIBVIRT_DEFAULT_URI, a default")
      ->type_name("URI");
  app.add_flag("--read-only", settings.read_only, "Look, but change nothing (also COMEBACK_READ_ONLY=1)");
  app.add_flag("--json", settings.json, "Print JSON");
  app.add_flag("-q,--quiet", settings.quiet, "Print nothing but results and errors");
  static const std::map<std::string, progress_mode> modes{
      {"auto", progress_mode::automatic}, {"always", progress_mode::always}, {"never", progress_mode::never}};
  app.add_option("--progress", settings.progress, "auto (on a terminal), always, never")
      ->transform(CLI::CheckedTransformer(modes).description(""))
      ->type_name("WHEN");
}

}  // namespace

invocation parse(int argc, char** argv) {
  invocation result;
  CLI::App app("Disc images, virtual machines, and who is logged on in them", "comeback");
  app.set_version_flag("--version", "comeback " COMEBACK_VERSION);
  app.require_subcommand(1);
  set_labels(app);
  app.footer(
      "`comeback GROUP VERB --help` explains a verb. Exit status: 0 done, 1 failed, 2 wrong usage, "
      "3 failed for some machines.");
  add_globals(app, result.settings);
  add_disc(app, result);
  add_vm(app, result);
  add_guest(app, result);
  add_task(app, result);
  add_recorder(app, result);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    result.run = nullptr;
    result.status = app.exit(e, std::cout, std::cerr) == 0 ? done : usage;
  }
  return result;
}

}  // namespace comeback::cli
