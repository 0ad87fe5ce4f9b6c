"""A look-up of who has a VSI, among all bridges (9.2-28), and what the answers mean."""
from .encoding import message
from .tables import NAMES, TYPES


class LookUp:
    """For one destination in LOCATING."""

    def __init__(self, bridge, destination, now):
        self.bridge, self.destination = bridge, destination
        self.is_busy = False
        self.ask(now)

    def ask(self, now):
        bridge, request = self.bridge, self.destination.request
        self.number, self.answers = bridge.next_lookup(), {}
        self.asked = list(bridge.bridges)
        self.over_at = now + bridge.settings.locate_us
        self.is_over = False
        for peer in self.asked:
            item = message("who_has", lookup=self.number, serial=request.serial, vsi=request.vsi)
            if request.attributes:
                types = (request.required | request.optional) & bridge.supported
                item.attributes = [(1, types.to_bytes(TYPES["DI_SET"][0], "big")), (2, request.attributes[0][1])]
                item.params = list(request.params)
            bridge.send(peer, item)
        if not self.asked:
            self.conclude(now)

    def hear(self, peer, item, now):
        if item.lookup == self.number and peer in self.asked and not self.is_over:
            self.answers[peer] = (NAMES["HOLDING"][item.holding], (item.serial, item.epoch))
            if len(self.answers) == len(self.asked):
                self.conclude(now)

    def deadline(self):
        return self.over_at

    def tick(self, now):
        if now < self.over_at:
            return
        if self.is_over:
            self.ask(now)                       # it was on its way: asked again
        else:
            self.conclude(now)

    def conclude(self, now):
        """All have answered, or the time is over."""
        self.is_over = True
        owners = [(rank, peer) for peer, (holding, rank) in self.answers.items() if holding == "OWNER"]
        if owners:
            return self.bridge.located_owner(self.destination, max(owners)[1], now)
        if any(holding == "INCOMING" for holding, _ in self.answers.values()):
            self.destination.error = "BUSY"
            if now >= self.over_at:
                self.ask(now)
            return None
        self.destination.error = "NONE"
        ranks = [rank for holding, rank in self.answers.values() if holding == "TOMBSTONE"]
        return self.bridge.located_nobody(self.destination, max(ranks, default=None), now)
