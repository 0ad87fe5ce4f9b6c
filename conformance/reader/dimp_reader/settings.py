"""Settings and limits (section 10). Times are whole microseconds everywhere in this package."""
from types import SimpleNamespace

DEFAULTS = {  # 10.1
    "initial_rtt_us": 10000, "granularity_us": 1000, "max_ack_delay_us": 1000, "paced_kbps": 0, "idle_us": 30000000,
    "keepalive_us": 5000000, "handshake_retry_us": 100000, "handshake_give_up_us": 5000000,
    "initiation_interval_us": 20000, "initiation_burst": 10, "rekey_us": 900000000, "rekey_pdus": 4194304,
    "locate_us": 100000, "rekey_wait_us": 500000, "announce_repeat_us": 1000000, "announce_us": 5000000,
    "thaw_us": 800000, "hold_us": 30000000, "abort_repeat_us": 200000, "round_interval_us": 50000,
    "round_changes_max": 64, "staged_changes_max": 16, "notified_max": 8, "at_risk_us": 10000000,
    "silence_us": 2000000,
}
CAPACITIES = {  # 10.2-2
    "vsis_max": 64, "migrations_max": 16, "entries_max": 4096, "arena_octets": 524288, "send_queue_max": 128,
}

ACK_EVERY, ACKS_REMEMBERED = 2, 8
SENT_PDUS_MAX, SENT_PDUS_RESERVED = 512, 32
PACKET_THRESHOLD, PERSISTENT_CONGESTION = 3, 3
INITIAL_WINDOW_PDUS, INITIAL_WINDOW_OCTETS, MINIMUM_WINDOW_PDUS = 10, 14720, 2
PROBES, PROBES_BEFORE_HANDSHAKE, OLD_KEYS_PTO = 2, 3, 3
EARLY_COMMANDS, OVERTAKEN_ABORTS, ANNOUNCEMENTS, CONTROL_MESSAGES = 16, 64, 16, 16
GRANT_ENTRIES, GRANT_OCTETS = 2048, 262144
ABORT_WAIT_GROWS, DOUBT_WAIT_GROWS = 16, 320
RELEASED_REPEAT_US, RELEASED_WAIT_GROWS = 1000000, 64
GIVE_UP_MARGIN_US, STATION_GRACE_US = 500000, 1000000
PDU_MAX = 1472                      # 3-5; what is received may be longer
RECEIVED_PDU_MAX = 8972


def settings(**changed):
    """All settings, those named with other values."""
    unknown = set(changed) - set(DEFAULTS) or {name for name, value in changed.items() if name == "paced_kbps" and value}
    if unknown:
        raise KeyError(sorted(unknown)[0])      # the paced controller is optional (5.7-7), and not here
    return SimpleNamespace(**{**DEFAULTS, **changed})
