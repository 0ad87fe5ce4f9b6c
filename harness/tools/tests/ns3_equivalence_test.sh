# Proves that ns3_equivalence.py notices runs over ns-3 that fail, end otherwise, or say something else.

# two_runs NAME RESULT MESSAGES [EXIT_CODE]: a program whose run over ns-3 ends so and says that; natively it is
# SUCCESS, and moves 1 and 2 are asked for, in the same microsecond, with an ACK between.
two_runs() {
	cat >"$scratch/$1" <<FAKE
#!/usr/bin/python3
import json, sys
NATIVE = [(1, "REQUEST", {"request": 1}), (1, "ACK", {"largest": 1}), (2, "RESPONSE", {"request": 1, "age": 1}), (2, "RESPONSE", {"request": 2})]
def pdu(at, name, fields):
    return {"item": "pdu", "kind": "PROTECTED", "state": "opened", "time_us": at, "from": "a", "to": "b", "payload": [{"message": name, **fields}]}
if sys.argv[1] == "decode":
    print(open(sys.argv[-1]).read())
    sys.exit(0)
over = sys.argv[4] == "ns3"
base = sys.argv[6][len("--json="):-len(".json")]
json.dump({"digest": sys.argv[4], "dimp_pdus": 4, "migrations": [{"result": "$2" if over else "SUCCESS"}]}, open(base + ".json", "w"))
json.dump([pdu(*each) for each in ($3 if over else NATIVE)], open(base + ".pcapng", "w"))
sys.exit(${4:-0} if over else 0)
FAKE
	chmod +x "$scratch/$1"
}
equivalence() { "$tools/ns3_equivalence.py" "$scratch/$1" "$scratch/$2.yaml"; }
echo 'links: [{between: [a, b]}]' >"$scratch/ideal.yaml"
cp "$scratch/ideal.yaml" "$scratch/hundreds-one-shot.yaml"
echo 'links: [{between: [a, b], loss: 1%}]' >"$scratch/lossy.yaml"
echo 'include: ideal.yaml' >"$scratch/includes.yaml"
echo 'include: lossy.yaml' >"$scratch/includes_loss.yaml"

two_runs as_native SUCCESS NATIVE
two_runs other_acks SUCCESS '[NATIVE[0], NATIVE[3], (2, "RESPONSE", {"request": 1, "age": 7}), (3, "PING", {})]'
two_runs other_order SUCCESS '[NATIVE[0], (2, "RESPONSE", {"request": 2}), (3, "RESPONSE", {"request": 1})]'
two_runs other_field SUCCESS 'NATIVE[:2] + [(2, "RESPONSE", {"request": 1, "result": 7}), NATIVE[3]]'
two_runs one_less SUCCESS 'NATIVE[:3]'
two_runs backwards SUCCESS '[(1, *NATIVE[2][1:]), (2, *NATIVE[0][1:]), NATIVE[3]]'
two_runs nothing SUCCESS '[]'
two_runs other_end FAIL NATIVE
two_runs unmet SUCCESS NATIVE 1
expect 'runs that say the same' 0 '^DIGEST   ideal: 3 messages' equivalence as_native ideal
expect 'ACK, PING, age and order in one instant aside' 0 '^DIGEST   ideal' equivalence other_acks ideal
expect 'moves in another order' 1 '^FAIL     ideal: protocol digests differ' equivalence other_order ideal
expect 'moves in another order, begun at once' 0 '^MOVES    hundreds' equivalence other_order hundreds-one-shot
expect 'a move in another order' 1 '^FAIL     hundreds.*: protocol digests differ' equivalence backwards hundreds-one-shot
expect 'a message less of moves begun at once' 1 '^FAIL     hundreds' equivalence one_less hundreds-one-shot
expect 'another field' 1 '^FAIL     ideal: protocol digests differ' equivalence other_field ideal
expect 'a message less' 1 '3 messages of native, 2 of ns-3' equivalence one_less ideal
expect 'the same with what is included' 1 '^FAIL' equivalence one_less includes
expect 'a message less where links lose' 0 '^OUTCOME  lossy' equivalence one_less lossy
expect 'the same with what is included' 0 '^OUTCOME' equivalence one_less includes_loss
expect 'another result where links lose' 1 '^FAIL     lossy: results differ' equivalence other_end lossy
expect 'an expectation that is not met over ns-3' 1 'FAIL     lossy: ns3: exit code 1' equivalence unmet lossy
expect 'nothing said over ns-3' 1 '^0 passed, 1 failed' equivalence nothing ideal
