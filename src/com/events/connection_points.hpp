// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <olectl.h>

namespace comeback::com {

/// A sink as its connection point knows it.
struct connection {
  DWORD cookie = 0;
  ptr<IDispatch> sink;
  bool has_interface = false;  ///< it gave the outgoing interface when asked, not only IDispatch
};
/// Shared, so that a snapshot calls no sink's AddRef while the list is locked.
using connections = std::vector<std::shared_ptr<const connection>>;

/// Who must know whether anybody listens: the work that finds the events out is done for them alone.
class sink_observer {
 public:
  sink_observer() = default;
  sink_observer(const sink_observer&) = delete;
  sink_observer& operator=(const sink_observer&) = delete;
  /// After each Advise, Unadvise and the end of the point, on that thread and without a lock; calls of
  /// several threads may overtake each other, so ask `has_sinks`. The source is whole.
  virtual void sinks_changed() noexcept = 0;

 protected:
  ~sink_observer() = default;
};

// Interfaces have no destructor at all; see object.hpp.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// One outgoing interface of a source; part of the source, whose references it counts, so that both live
/// equally long (ocidl.h, IConnectionPoint). Any thread may call. Sinks are released and called without a
/// lock. A sink that an Unadvise of another thread overtakes may still be in a call.
class connection_point final : public IConnectionPoint {
 public:
  connection_point(IConnectionPointContainer& source, const IID& outgoing) noexcept
      : source_(source), outgoing_(outgoing) {}
  connection_point(const connection_point&) = delete;
  connection_point& operator=(const connection_point&) = delete;
  ~connection_point() = default;

  HRESULT STDMETHODCALLTYPE QueryInterface(const IID& iid, void** out) noexcept override;
  ULONG STDMETHODCALLTYPE AddRef() noexcept override { return source_.AddRef(); }
  ULONG STDMETHODCALLTYPE Release() noexcept override { return source_.Release(); }
  HRESULT STDMETHODCALLTYPE GetConnectionInterface(IID* iid) noexcept override;
  HRESULT STDMETHODCALLTYPE GetConnectionPointContainer(IConnectionPointContainer** out) noexcept override;
  /// CONNECT_E_CANNOTCONNECT for a sink with neither the outgoing interface nor IDispatch, and where the
  /// source is about to die.
  HRESULT STDMETHODCALLTYPE Advise(IUnknown* sink, DWORD* cookie) noexcept override;
  HRESULT STDMETHODCALLTYPE Unadvise(DWORD cookie) noexcept override;
  HRESULT STDMETHODCALLTYPE EnumConnections(IEnumConnections** out) noexcept override;

  [[nodiscard]] const IID& outgoing() const noexcept { return outgoing_; }
  [[nodiscard]] bool has_sinks() const noexcept;
  [[nodiscard]] bool is_connected(DWORD cookie) const noexcept;
  /// The sinks of this moment; they live as long as the list.
  [[nodiscard]] connections sinks() const;
  /// Lets all sinks go, and takes no other.
  void close() noexcept;
  /// One at most, before the first sink, for as long as the point lives.
  void observe_by(sink_observer& observer) noexcept { observer_ = &observer; }

 private:
  [[nodiscard]] connections::const_iterator find_locked(DWORD cookie) const noexcept;
  [[nodiscard]] DWORD next_cookie_locked() noexcept;
  DWORD add(const std::shared_ptr<connection>& made);
  std::shared_ptr<const connection> remove(DWORD cookie) noexcept;
  void tell_observer() const noexcept {
    if (observer_) observer_->sinks_changed();
  }

  IConnectionPointContainer& source_;
  const IID& outgoing_;
  mutable std::mutex mutex_;
  connections sinks_;
  DWORD last_cookie_ = 0;
  bool closed_ = false;
  sink_observer* observer_ = nullptr;
};

namespace detail {
HRESULT enumerate_points(std::span<connection_point> points, IEnumConnectionPoints** out) noexcept;
HRESULT find_point(std::span<connection_point> points, const IID& iid, IConnectionPoint** out) noexcept;
}  // namespace detail

/// An entry for the list of an `object` that raises events: IConnectionPointContainer with one point for each
/// outgoing interface.
template <class... Outgoing>
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): Release deletes, nobody else may
class event_source : public IConnectionPointContainer {
 public:
  HRESULT STDMETHODCALLTYPE EnumConnectionPoints(IEnumConnectionPoints** out) noexcept override {
    return detail::enumerate_points(points_, out);
  }
  HRESULT STDMETHODCALLTYPE FindConnectionPoint(REFIID iid, IConnectionPoint** out) noexcept override {
    return detail::find_point(points_, iid, out);
  }
  /// While the source is whole: a sink may call it in its last Release.
  void close_entry() noexcept {
    for (auto& each : points_) each.close();
  }

 protected:
  event_source() = default;
  event_source(const event_source&) = delete;
  event_source& operator=(const event_source&) = delete;
  ~event_source() = default;

  template <class I>
  [[nodiscard]] connection_point& point_of() noexcept {
    constexpr std::array is_it{std::is_same_v<I, Outgoing>...};
    constexpr auto at = std::find(is_it.begin(), is_it.end(), true) - is_it.begin();
    static_assert(at < sizeof...(Outgoing), "not an outgoing interface of this source");
    return points_[at];
  }

 private:
  connection_point points_[sizeof...(Outgoing)]{connection_point(*this, __uuidof(Outgoing))...};
};

#pragma GCC diagnostic pop

template <class... Outgoing>
struct interface_of<event_source<Outgoing...>> {
  using type = IConnectionPointContainer;
};

}  // namespace comeback::com
