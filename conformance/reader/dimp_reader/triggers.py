"""What begins a migration besides a REQUEST (9.9): the host's orders and NOTIFY; and REQUESTs that adopt what these began."""
from .authority import ticket_of
from .destination import OPEN, SEEKING, WAITING, Destination
from .encoding import Message
from .tables import NAMES, number_of

COMMAND_STATES = {
    "cutover": SEEKING + ("SOLICITED", "COPYING", "STAGED", "FREEZING"),
    "proceed": ("AT_RISK", "COMMITTING", "REVIVABLE"),
    "cancel": SEEKING + WAITING + ("AT_RISK",),
}
TOO_LATE = ("ACTIVATING", "ABORTING", "ACTIVE", "FAILED")


class Triggers:
    """Of one bridge."""

    def __init__(self, bridge):
        self.bridge, self.unmet, self.orders = bridge, 0, 0

    # --- the host's orders (9.9-2) ---

    def pull(self, item, now):
        """An order: the fields of a REQUEST."""
        self.orders += 1
        machine = Destination(self.bridge, None, item, now)
        self.bridge.requests[None, self.orders] = machine
        self.bridge.begin(machine, now)
        return machine

    def command(self, machine, name, now):
        """The host's word about its order; the error if it has none to say."""
        if machine is None or machine.station is not None:
            return "NO_SUCH_REQUEST"
        if machine.state not in COMMAND_STATES[name]:
            return "WRONG_STATE"
        machine.command(name, now)
        return None

    # --- NOTIFY (9.9-3 to 9.9-5) ---

    def notify(self, peer, item):
        """Sends it; the error if it cannot be."""
        source = self.bridge.owner_of(item.vsi)
        if peer not in self.bridge.bridges:
            return "NO_SUCH_PEER"
        if source is None:
            return "NO_SUCH_VSI"
        consent = source.consent or (0, peer)
        if item.serial <= source.highest_serial or item.serial < consent[0] or (item.serial == consent[0] and peer != consent[1]):
            return "STALE_SERIAL"
        source.consent = item.serial, peer
        self.bridge.send(peer, item)
        return None

    def hear(self, peer, item, now):
        """A NOTIFY arrives."""
        if peer not in self.bridge.bridges:
            return self.bridge.speaker.count_role(peer)
        if self._is_known(item):
            return None
        under_way = [one for one in self.bridge.requests.values() if one.is_notified and one.station is None and one.state in OPEN]
        if len(under_way) >= self.bridge.settings.notified_max or not self.bridge.places.claim():
            self.unmet += 1
            return None
        order = Message("request", {**item.fields, "request": 0, "mode": number_of("MODE", "STAGED"), "source": peer}, item.params,
                        item.attributes)
        self.orders += 1
        machine = self.bridge.requests[None, self.orders] = Destination(self.bridge, None, order, now)
        machine.is_notified = True
        self.bridge.tell("notified", peer=peer, destination=machine)
        self.bridge.begin(machine, now)
        if machine.state == "FAILED":
            self.unmet += 1
        return None

    def _is_known(self, item):
        source = self.bridge.sources.get(item.vsi)
        if self.bridge.owner_of(item.vsi) or (source and source.highest_serial >= item.serial):
            return True
        return any(one.vsi == item.vsi and one.request.serial >= item.serial for one in self.bridge.requests.values())

    # --- adoption (9.9-7, 9.9-8) ---

    def pending_station(self, vsi):
        """The station that the ticket of an order of the host's names (9.7-12)."""
        for one in self.bridge.requests.values():
            ticket = ticket_of(one.request) if one.station is None and one.vsi == vsi and one.state in OPEN else None
            if ticket:
                return ticket.station
        return None

    def meets(self, station, request, now):
        """Whether the REQUEST meets a migration of the host's, and what has become of it: (adopted machine, error of a FAIL)."""
        for machine in list(self.bridge.requests.values()):
            if machine.station is not None or machine.vsi != request.vsi or machine.request.serial != request.serial:
                continue
            if machine.is_in_doubt():
                return None, "IN_DOUBT"
            if machine.response or machine.state in ("ACTIVE", "FAILED"):
                continue
            if self._adopts(machine, request):
                self._adopt(machine, station, request, now)
                return machine, None
            if machine.state not in TOO_LATE and not self._is_same_source(machine, request):
                machine.cancel("STALE_SERIAL", now)
            elif machine.state in SEEKING:
                machine.cancel("STALE_SERIAL", now)
        return None, None

    def _is_same_source(self, machine, request):
        return not any(request.source) or request.source in (self.bridge.speaker.public, machine.source)

    def _adopts(self, machine, request):
        if not self._is_same_source(machine, request):
            return False
        if machine.state in SEEKING and ticket_of(request):
            return False
        return machine.state != "ACTIVATING" or not request.required & ~1 & ~machine.request.required

    def _adopt(self, machine, station, request, now):
        bridge, before = self.bridge, machine.request
        for key in [key for key, one in bridge.requests.items() if one is machine]:
            del bridge.requests[key]
        bridge.requests[station, request.request] = machine
        if ticket_of(request) is None and machine.state not in SEEKING:
            request = Message("request", request.fields, before.params, before.attributes)
        machine.station, machine.request = station, request
        machine.set_deadline(now)
        bridge.tell("adopted", peer=station)
        if machine.progress:
            machine.progress = Message("progress", {**machine.progress.fields, "request": request.request})
            bridge.tell_station(machine, machine.progress)
        self._require(machine, now)
        if NAMES["MODE"][request.mode] == "ONE_SHOT":
            machine.cut_over(now)

    def _require(self, machine, now):
        """What the REQUEST requires and cannot have by this migration ends it."""
        required = machine.request.required & ~1
        if machine.state in SEEKING:
            if required & ~self.bridge.supported:
                machine.fail("UNSUPPORTED_TYPE", now)
        elif machine.state in WAITING + ("AT_RISK",) and required & ~machine.types:
            machine.cancel("STALE_SERIAL", now)
        elif machine.state in WAITING:
            errors = [machine.copy.rejected(number)[1] for number in range(1, 64) if required >> number & 1]
            error = next((error for error in errors if error != "NONE"), None)
            if error:
                machine.fault(error, now)
