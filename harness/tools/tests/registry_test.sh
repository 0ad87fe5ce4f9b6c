# Proves that a mistake in a registry row does not compile, and that the rows as they are do.

# registry NAME SED_SCRIPT FILE: compiles the tables with FILE changed by the script
registry() {
	rm -rf "$scratch/registry"
	cp -R model "$scratch/registry"
	sed -i "$1" "$scratch/registry/registry/$2"
	(cd "$scratch/registry" && for file in layout names message; do
		cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -iquote . -Iinclude -iquote registry \
			$file.c || exit 1
	done)
}
refuses() { expect "the registry refuses $1" 1 "$4" registry "$2" "$3"; }

expect 'the registry compiles as it is' 0 '' registry '' di.def
refuses 'a DI type number used twice' '/^BEGIN(DHCP_BINDING/s/, 4,/, 3,/' di.def 'initialized field overwritten'
refuses 'DI type 64' '/^BEGIN(DHCP_BINDING/s/, 4,/, 64,/' di.def 'number too high'
refuses 'a message number used twice' '/^BEGIN(PING/s/0x0031/0x0030/' messages.def 'duplicate case'
refuses 'a message among the parameters' '/^BEGIN(PING/s/0x0031/0x0131/' messages.def 'number too high'
refuses 'a parameter number used twice' '/^BEGIN(ACK_RANGE/s/0x0105/0x0104/' tlvs.def 'duplicate case'
refuses 'an error number used twice' '/^ERROR(TRAILING/s/ 2,/ 1,/' errors.def 'duplicate case'
refuses 'a name number used twice' '/^NAME(MODE, STAGED/s/ 2,/ 1,/' names.def 'duplicate case'
refuses 'an attribute number used twice' '/^ATTR (dhcp_binding, server/s/ 2,/ 1,/' di.def \
	'duplicate member'
refuses 'an attribute number 32' '/^ATTR (dhcp_binding, server/s/ 2,/ 32,/' di.def 'number too high'
refuses 'an unknown type' '/^FIELD(dhcp_binding, vlan/s/VLAN,/VLEN,/' di.def 'VLEN'
refuses 'an unknown role' '/^FIELD(dhcp_binding, vlan/s/KEY,/QUAY,/' di.def 'QUAY'
refuses 'an attribute as key' '/^ATTR (dhcp_binding, server/s/VALUE/KEY/' di.def \
	'a KEY stands in the fixed part'
refuses 'a key after other fields' '/^FIELD(dhcp_binding, remaining/s/MS,   DECAYS/U32, KEY/' di.def \
	'KEY fields come first'
refuses 'a variable type in the fixed part' \
	'/^FIELD(dhcp_binding, address/s/IPV4,/TEXT253,/' di.def 'stands in attributes only'
refuses 'an integer that decays' '/^FIELD(dhcp_binding, remaining/s/MS, /U32,/' di.def \
	'what decays is a duration'
refuses 'rows of two kinds' '/^PARAM(ack/p' messages.def 'rows of one kind'
refuses 'more rows than their array has' '/^PARAM(request/s/16/17/' messages.def 'most rows'
