// SPDX-License-Identifier: Apache-2.0
#include "com/events/connection_points.hpp"

#include "com/object/boundary.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace comeback::com {
namespace {

/// The enumerators of this file: a fixed list, so that connections may come and go meanwhile.
template <class Interface, class Item, class Kept>
class snapshot final : public object<Interface> {
 public:
  using list = std::shared_ptr<const std::vector<Kept>>;
  explicit snapshot(list items, std::size_t next = 0) : items_(std::move(items)), next_(next) {}

  HRESULT STDMETHODCALLTYPE Next(ULONG count, Item* items, ULONG* fetched) noexcept override {
    if (!items || (!fetched && count != 1)) return publish(E_POINTER);
    const std::lock_guard lock(mutex_);
    ULONG done = 0;
    for (; done < count && next_ < items_->size(); ++done) items[done] = give((*items_)[next_++]);
    if (fetched) *fetched = done;
    return done == count ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) noexcept override {
    const std::lock_guard lock(mutex_);
    const std::size_t left = items_->size() - next_;
    next_ += std::min<std::size_t>(count, left);
    return count <= left ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Reset() noexcept override {
    const std::lock_guard lock(mutex_);
    next_ = 0;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Clone(Interface** other) noexcept override {
    return boundary(other, [&] {
      const std::lock_guard lock(mutex_);
      return make<snapshot>(items_, next_);
    });
  }

 private:
  static IConnectionPoint* give(ptr<IConnectionPoint> point) noexcept { return point.detach(); }
  static CONNECTDATA give(const std::shared_ptr<const connection>& one) noexcept {
    ptr<IDispatch> sink = one->sink;
    return {sink.detach(), one->cookie};
  }

  list items_;
  std::mutex mutex_;
  std::size_t next_;
};

using point_list = snapshot<IEnumConnectionPoints, IConnectionPoint*, ptr<IConnectionPoint>>;
using connection_list = snapshot<IEnumConnections, CONNECTDATA, std::shared_ptr<const connection>>;

[[noreturn]] void refuse(const char* why) {
  throw base::error(base::errc{static_cast<std::uint32_t>(CONNECT_E_CANNOTCONNECT)}, why);
}

// Both kinds are called as IDispatch: an outgoing interface derives from it.
std::shared_ptr<connection> connect(IUnknown& sink, const IID& outgoing) {
  auto made = std::make_shared<connection>();
  for (const IID& iid : {outgoing, IID_IDispatch}) {
    made->has_interface = iid == outgoing;
    const HRESULT hr = sink.QueryInterface(iid, reinterpret_cast<void**>(made->sink.put()));
    if (SUCCEEDED(hr) && made->sink) return made;
  }
  refuse("The sink has neither the event interface nor IDispatch.");
}

}  // namespace

HRESULT connection_point::QueryInterface(const IID& iid, void** out) noexcept {
  if (!out) return E_POINTER;
  *out = nullptr;
  if (iid != IID_IUnknown && iid != IID_IConnectionPoint) return E_NOINTERFACE;
  *out = static_cast<IConnectionPoint*>(this);
  return AddRef(), S_OK;
}

HRESULT connection_point::GetConnectionInterface(IID* iid) noexcept {
  if (!iid) return publish(E_POINTER);
  *iid = outgoing_;
  return S_OK;
}

HRESULT connection_point::GetConnectionPointContainer(IConnectionPointContainer** out) noexcept {
  return boundary(out, [&] { return ptr(&source_); });
}

HRESULT connection_point::Advise(IUnknown* sink, DWORD* cookie) noexcept {
  if (cookie) *cookie = 0;
  if (!sink) return publish(E_POINTER);
  const HRESULT hr = boundary(cookie, [&] { return add(connect(*sink, outgoing_)); });
  if (SUCCEEDED(hr)) tell_observer();
  return hr;
}

HRESULT connection_point::Unadvise(DWORD cookie) noexcept {
  const ptr<connection_point> alive(this);  // the sink may hold the last reference to the source
  auto gone = remove(cookie);
  if (!gone) return publish(CONNECT_E_NOCONNECTION);
  tell_observer();
  gone = nullptr;  // behind the lock: a sink may do anything in its last Release
  return S_OK;
}

std::shared_ptr<const connection> connection_point::remove(DWORD cookie) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = find_locked(cookie);
  if (found == sinks_.end()) return nullptr;
  const auto at = sinks_.begin() + (found - sinks_.begin());
  auto gone = std::move(*at);
  sinks_.erase(at);
  return gone;
}

HRESULT connection_point::EnumConnections(IEnumConnections** out) noexcept {
  return boundary(out, [&] { return make<connection_list>(std::make_shared<const connections>(sinks())); });
}

bool connection_point::has_sinks() const noexcept {
  const std::lock_guard lock(mutex_);
  return !sinks_.empty();
}

bool connection_point::is_connected(DWORD cookie) const noexcept {
  const std::lock_guard lock(mutex_);
  return find_locked(cookie) != sinks_.end();
}

connections connection_point::sinks() const {
  const std::lock_guard lock(mutex_);
  return sinks_;
}

void connection_point::close() noexcept {
  connections gone;  // released behind the lock
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    gone.swap(sinks_);
  }
  tell_observer();
}

connections::const_iterator connection_point::find_locked(DWORD cookie) const noexcept {
  return std::ranges::find_if(sinks_, [&](const auto& each) { return each->cookie == cookie; });
}

// Never 0, and none that is alive, even after four billion of them.
DWORD connection_point::next_cookie_locked() noexcept {
  do ++last_cookie_;
  while (last_cookie_ == 0 || find_locked(last_cookie_) != sinks_.end());
  return last_cookie_;
}

DWORD connection_point::add(const std::shared_ptr<connection>& made) {
  const std::lock_guard lock(mutex_);
  if (closed_) refuse("The object that raises the events is being destroyed.");
  made->cookie = next_cookie_locked();
  sinks_.push_back(made);
  return made->cookie;
}

HRESULT detail::enumerate_points(std::span<connection_point> points, IEnumConnectionPoints** out) noexcept {
  return boundary(out, [&] {
    auto list = std::make_shared<std::vector<ptr<IConnectionPoint>>>();
    for (auto& each : points) list->emplace_back(&each);
    return make<point_list>(std::move(list));
  });
}

HRESULT detail::find_point(std::span<connection_point> points, const IID& iid,
                           IConnectionPoint** out) noexcept {
  if (!out) return publish(E_POINTER);
  *out = nullptr;
  const auto found = std::ranges::find(points, iid, &connection_point::outgoing);
  if (found == points.end()) return publish(CONNECT_E_NOCONNECTION);
  *out = ptr<IConnectionPoint>(&*found).detach();
  return S_OK;
}

}  // namespace comeback::com
