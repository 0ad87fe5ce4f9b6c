"""The fields of the DI types from 6 on (sections 8.6 to 8.62)."""


def _fields(text):
    return [tuple(item.split(":")) for item in text.split()]


MORE_DI_TYPES = {
    6: ("mka_participant",
        _fields("key_name:CKN:KEY sci:SCI:VALUE member:MEMBER:VALUE next_message:U32:COUNTER algorithm:U32:VALUE "
                "mka_version:U8:VALUE priority:U8:VALUE is_key_server:FLAG:VALUE is_macsec_desired:FLAG:VALUE "
                "capability:MACSEC_CAPABILITY:VALUE is_delay_protecting:FLAG:VALUE next_key:U32:COUNTER "
                "next_association_number:U8:VALUE remaining:MS:DECAYS latest_key:ID16:VALUE "
                "latest_association_number:U8:VALUE latest_is_receiving:FLAG:VALUE "
                "latest_is_transmitting:FLAG:VALUE latest_lowest_pn:U64:COUNTER old_key:ID16:VALUE "
                "old_association_number:U8:VALUE old_is_receiving:FLAG:VALUE old_is_transmitting:FLAG:VALUE "
                "old_lowest_pn:U64:COUNTER"),
        dict(enumerate(_fields("icv_key:OCTETS32:SECRET wrapping_key:OCTETS32:SECRET distribution_wait:MS:DECAYS "
                               "transmit_wait:MS:DECAYS retire_wait:MS:DECAYS"), 1))),
    7: ("mka_peer",
        _fields("key_name:CKN:KEY member:MEMBER:KEY sci:SCI:VALUE last_message:U32:COUNTER priority:U8:VALUE "
                "is_key_server:FLAG:VALUE is_macsec_desired:FLAG:VALUE capability:MACSEC_CAPABILITY:VALUE "
                "is_live:FLAG:VALUE is_receiving:FLAG:VALUE is_transmitting:FLAG:VALUE remaining:MS:DECAYS"),
        {}),
    8: ("learned_mac",
        _fields("vlan:VLAN:KEY client:MAC:KEY is_sticky:FLAG:VALUE remaining:MS:DECAYS"),
        {}),
    9: ("dhcpv6_binding",
        _fields("vlan:VLAN:KEY client:MAC:KEY address:IP:KEY prefix:U8:KEY association:U32:VALUE "
                "valid_remaining:MS:DECAYS preferred_remaining:MS:DECAYS"),
        dict(enumerate(_fields("transaction:U32:VALUE client_duid:OCTETS253:VALUE server_duid:OCTETS253:VALUE"), 1))),
    10: ("savi_binding",
        _fields("vlan:VLAN:KEY address:IP:KEY client:MAC:VALUE origin:SAVI_ORIGIN:VALUE state:SAVI_STATE:VALUE "
                "remaining:MS:DECAYS"),
        dict(enumerate(_fields("test_remaining:MS:DECAYS"), 1))),
    11: ("arp_entry",
        _fields("vlan:VLAN:KEY address:IPV4:KEY client:MAC:VALUE remaining:MS:DECAYS"),
        {}),
    12: ("multicast_router",
        _fields("vlan:VLAN:KEY router:IP:KEY is_querier:FLAG:VALUE version:U8:VALUE remaining:MS:DECAYS"),
        dict(enumerate(_fields("querier_remaining:MS:DECAYS query_interval:MS:VALUE response_interval:MS:VALUE "
                               "robustness:U8:VALUE"), 1))),
    13: ("mvrp_registration",
        _fields("vlan:VLAN:KEY registrar:REGISTRAR:VALUE origin:MAC:VALUE remaining:MS:DECAYS"),
        {}),
    14: ("mmrp_registration",
        _fields("vlan:VLAN:KEY kind:MMRP_ATTRIBUTE:KEY service:U8:KEY address:MAC:KEY registrar:REGISTRAR:VALUE "
                "origin:MAC:VALUE remaining:MS:DECAYS"),
        {}),
    15: ("policer",
        _fields("client:MAC:KEY direction:DIRECTION:KEY identifier:U16:KEY meter:METER:VALUE "
                "is_colour_aware:FLAG:VALUE is_coupled:FLAG:VALUE committed_rate:U64:VALUE "
                "committed_burst:U32:VALUE committed_tokens:U32:COUNTER excess_rate:U64:VALUE "
                "excess_burst:U32:VALUE excess_tokens:U32:COUNTER"),
        dict(enumerate(_fields("dropped_frames:U64:COUNTER dropped_octets:U64:COUNTER"), 1))),
    16: ("traffic_counters",
        _fields("vlan:VLAN:KEY client:MAC:KEY direction:DIRECTION:KEY octets:U64:COUNTER "
                "unicast_frames:U64:COUNTER multicast_frames:U64:COUNTER broadcast_frames:U64:COUNTER "
                "discarded_frames:U64:COUNTER wrong_frames:U64:COUNTER"),
        {}),
    17: ("portal_session",
         _fields("vlan:VLAN:KEY client:MAC:KEY is_open:FLAG:VALUE session_remaining:MS:DECAYS"),
         dict(enumerate(_fields("identity:TEXT253:VALUE silence_remaining:MS:DECAYS octets_used:U64:COUNTER "
                                "octets_quota:U64:VALUE"), 1))),
}
