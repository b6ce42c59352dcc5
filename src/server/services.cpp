// SPDX-License-Identifier: Apache-2.0
#include "server/services.hpp"

#include "base/background.hpp"
#include "base/error.hpp"
#include "com/object/class_objects.hpp"
#include "com/object/runtime.hpp"
#include "imapi2/disc_format_data.hpp"
#include "imapi2/disc_master.hpp"
#include "imapi2/disc_recorder.hpp"
#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/file_system_image.hpp"
#include "imapi2fs/iso_image_manager.hpp"
#include "optical/recorder_folder.hpp"
#include "server/settings.hpp"
#include "virtualpc/event_feed.hpp"
#include "virtualpc/virtual_pc.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include <unistd.h>

namespace comeback::server {
namespace {

// Never destroyed: tasks run until the handler of `at_exit_finish` has waited for them, and clients may
// release objects in destructors that run even later.
struct services {
  std::mutex mutex;
  backend_factory factory;
  recorder_source recorders;
  std::shared_ptr<base::executor> tasks = std::make_shared<base::executor>();
  std::shared_ptr<guest::heart_monitor> hearts = std::make_shared<guest::heart_monitor>();
  std::shared_ptr<const virtualpc::backend> machines;
};

services& all() {
  static auto* const made = new services;
  return *made;
}

/// Longer, and a sink that blocks holds its thread: it is left to the end of the process.
constexpr std::chrono::seconds threads_end_within{5};

// Tasks first: what they do is still told.
void finish() noexcept {
  all().tasks->finish();
  all().hearts->finish();
  virtualpc::event_feed::end_all();
  (void)base::background::finish(threads_end_within);
}

// Registered behind everything that connecting made, so that it runs before the destructors of that.
void at_exit_finish() {
  static const bool once = std::atexit(finish) == 0;
  (void)once;
}

// A daemon that was restarted has forgotten its clients. What a call says that is refused or unsupported, a
// new connection would hear as well.
bool answers(const virtualpc::backend& known) {
  try {
    (void)known.machines->machines();
    return true;
  } catch (const base::error& e) {
    return e.code() != base::errc::exception;
  }
}

// Objects of an older connection keep it.
std::shared_ptr<const virtualpc::backend> machines() {
  auto& s = all();
  const std::lock_guard lock(s.mutex);
  if (!s.machines || !answers(*s.machines)) {
    auto made = s.factory();
    made.tasks = s.tasks;
    made.hearts = s.hearts;
    s.machines = std::make_shared<const virtualpc::backend>(std::move(made));
    at_exit_finish();
  }
  return s.machines;
}

base::timestamp now() {
  using namespace std::chrono;
  const auto since = system_clock::now().time_since_epoch();
  return {.seconds = duration_cast<seconds>(since).count(), .nanoseconds = 0};
}

com::ptr<IUnknown> as_unknown(IUnknown* made) { return com::ptr<IUnknown>::own(made); }

com::ptr<IUnknown> make_virtual_pc() {
  return as_unknown(static_cast<IVMVirtualPC*>(new virtualpc::virtual_pc(machines())));
}

// Asked for when a client names a recorder: most images need none.
std::unique_ptr<optical::medium> medium_in(std::string_view recorder) {
  recorder_source source;
  {
    const std::lock_guard lock(all().mutex);
    source = all().recorders;
  }
  return source()->open(recorder)->open_medium(optical::access::reading);
}

std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

com::ptr<IUnknown> make_file_system_image() {
  using enum imapi2fs::second_iso9660;
  const auto temporary = std::filesystem::temp_directory_path().string();
  const auto rule = strict_sessions(environment_variable) ? refused : made;
  return as_unknown(
      static_cast<IFileSystemImage*>(new imapi2fs::file_system_image(now, temporary, medium_in, rule)));
}

com::ptr<IUnknown> make_boot_options() {
  return as_unknown(static_cast<IBootOptions*>(new imapi2fs::boot_options));
}

com::ptr<IUnknown> make_iso_image_manager() {
  return as_unknown(static_cast<IIsoImageManager*>(new imapi2fs::iso_image_manager));
}

std::chrono::milliseconds since_some_moment() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

std::shared_ptr<const imapi2::backend> recorders() {
  recorder_source source;
  {
    const std::lock_guard lock(all().mutex);
    source = all().recorders;
  }
  return std::make_shared<const imapi2::backend>(
      imapi2::backend{.recorders = source(), .now = since_some_moment});
}

com::ptr<IUnknown> make_disc_master() {
  return as_unknown(static_cast<IDiscMaster2*>(new imapi2::disc_master(recorders())));
}

com::ptr<IUnknown> make_disc_recorder() {
  return as_unknown(static_cast<IDiscRecorder2*>(new imapi2::disc_recorder(recorders())));
}

com::ptr<IUnknown> make_disc_format_data() {
  return as_unknown(static_cast<IDiscFormat2Data*>(new imapi2::disc_format_data(recorders())));
}

}  // namespace

void register_classes(backend_factory factory, recorder_source recorders) {
  {
    const std::lock_guard lock(all().mutex);
    all().factory = std::move(factory);
    all().recorders = std::move(recorders);
  }
  com::set_idle_hook(finish);
  com::register_class(CLSID_VMVirtualPC, make_virtual_pc);
  com::register_class(CLSID_MsftFileSystemImage, make_file_system_image);
  com::register_class(CLSID_BootOptions, make_boot_options);
  com::register_class(CLSID_MsftIsoImageManager, make_iso_image_manager);
  com::register_class(CLSID_MsftDiscMaster2, make_disc_master);
  com::register_class(CLSID_MsftDiscRecorder2, make_disc_recorder);
  com::register_class(CLSID_MsftDiscFormat2Data, make_disc_format_data);
}

std::shared_ptr<const optical::recorder_registry> kept_recorders() {
  return std::make_shared<optical::recorder_folder>(state_directory(environment_variable, ::geteuid() == 0));
}

virtualpc::backend libvirt_machines() {
  auto connected = libvirt_backend::connect(settings(environment_variable, ::geteuid() == 0));
  return {
      .machines = std::move(connected.machines), .channels = std::move(connected.channels), .tasks = nullptr};
}

}  // namespace comeback::server
