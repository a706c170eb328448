# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the ACLs of the domains allow and reject, once more as rules of nftables.

nft reads a program, and variables are anybody's text. Of these only what is read as an address, a number or the name of a
bridge gets into the rules; descriptions do not.
"""

from __future__ import annotations

import ipaddress
import re

_BRIDGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")
_NUMBERS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_KEYS = ("description", "action", "source", "destination", "protocol", "destination_port", "icmp_type")

# What more a rule of each protocol may say.
_DETAILS = {"tcp": "destination_port", "udp": "destination_port", "icmp4": "icmp_type"}

# Before Incus's own chains, whose priority is that of filter: what ends here does not depend on them.
_HOOK = "type filter hook {0} priority filter - 10; policy accept;"
_ANSWERS = "ct state established,related accept"


class BeltError(Exception):
    """What a variable says cannot become a rule. The message names its place."""


def domains_on(domains, remote):
    """Those of one server, by its remote; without one those of the server that the command line means."""
    return [domain for domain in domains if _server(domain.get("incus_remote")) == _server(remote)]


def _server(remote):
    return "" if remote in (None, "local") else str(remote)


def chains(domains):
    """
    The chains of a table of the family inet: from-<bridge> is what its machines may reach, be it the host or elsewhere,
    host-<bridge> that and what the gateway is for, and to-<bridge> who may reach its machines.
    """
    bridges = list({bridge["owner"]: bridge for bridge in map(_bridge, domains)}.values())
    names = [bridge["name"] for bridge in bridges]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise BeltError(f"incus_network.name: more than one domain has {', '.join(twins)}.")
    found = [
        *_chain("forward", [_HOOK.format("forward"), _ANSWERS, *_jumps("iifname", "from", names), *_jumps("oifname", "to", names)]),
        *_chain("input", [_HOOK.format("input"), _ANSWERS, *_jumps("iifname", "host", names)]),
    ]
    for bridge in bridges:
        name, gateway = bridge["name"], bridge["gateway"]
        found += _chain(f"host-{name}", [
            f"ip daddr {{ {gateway}, 255.255.255.255 }} udp dport 67 accept",
            f"ip daddr {gateway} meta l4proto {{ tcp, udp }} th dport 53 accept",
            f"ip daddr {gateway} icmp type echo-request accept",
            f"goto from-{name}",
        ])
        within = [] if bridge["is_shared"] else [f'oifname "{name}" accept']
        found += _chain(f"from-{name}", [*_rejecting(bridge["egress"]), *within, *_letting("return", bridge["egress"]), "reject"])
        found += _chain(f"to-{name}", [*_rejecting(bridge["ingress"]), *_letting("accept", bridge["ingress"]), "reject"])
    return "\n".join(found)


def _chain(name, rules):
    return [f"  chain {name} {{", *(f"    {rule}" for rule in rules), "  }"]


def _jumps(key, kind, names):
    """One look-up for all bridges. nft has no empty map."""
    targets = ", ".join(f'"{name}" : jump {kind}-{name}' for name in names)
    return [f"{key} vmap {{ {targets} }}"] if names else []


def _letting(verdict, rules):
    return [f"{match} {verdict}".lstrip() for match, rejects in rules if not rejects]


def _rejecting(rules):
    """Whatever else allows it, as in Incus."""
    return [f"{match} reject".lstrip() for match, rejects in rules if rejects]


def _bridge(domain):
    """The bridge of a domain, or the one of all copies that share it, on which none may reach another."""
    place = f"Domain '{domain['name']}': "
    name, gateway = (str(_variable(domain, place, "incus_network", key)) for key in ("name", "gateway"))
    if not _BRIDGE.fullmatch(name):
        raise _fault(f"{place}incus_network.name", name, "no name of a bridge")
    try:
        gateway = ipaddress.IPv4Address(gateway)
    except ValueError as error:
        raise _fault(f"{place}incus_network.gateway", gateway, "no address of IPv4") from error
    shared_by = domain["incus_network"].get("shared_by")
    return {
        "name": name,
        "gateway": gateway,
        "owner": shared_by or domain["name"],
        "is_shared": shared_by is not None,
        **{way: _rules(domain, place, way) for way in ("ingress", "egress")},
    }


def _rules(domain, place, way):
    """Each as its match and whether it rejects that."""
    rules = _variable(domain, place, "incus_network_acl", way)
    if not isinstance(rules, list):
        raise _fault(f"{place}incus_network_acl.{way}", rules, "no list")
    places = [f"{place}incus_network_acl.{way}[{i}]" for i in range(len(rules))]
    return [(_match(rule, at), _rejects(rule, at)) for rule, at in zip(rules, places)]


def _rejects(rule, place):
    action = str(rule.get("action") or "allow")
    if action not in ("allow", "reject"):
        raise _fault(f"{place}.action", action, "neither allow nor reject")
    return action == "reject"


def _variable(domain, place, name, key):
    value = domain.get(name)
    if not isinstance(value, dict) or value.get(key) is None:
        raise BeltError(f"{place}{name}.{key} has no value.")
    return value[key]


def _match(rule, place):
    """The packets that a rule is about, in the words of nft; none where these are all."""
    if not isinstance(rule, dict):
        raise _fault(place, rule, "no rule")
    for key in rule:
        if key not in _KEYS:
            raise _fault(place, key, f"none of {', '.join(_KEYS)}")
    text = {key: "" if rule.get(key) is None else str(rule[key]) for key in _KEYS}
    protocol = text["protocol"]
    if protocol and protocol not in _DETAILS:
        raise _fault(f"{place}.protocol", protocol, f"none of {', '.join(_DETAILS)}")
    for key in sorted(set(_DETAILS.values())):
        if text[key] and key != _DETAILS.get(protocol):
            raise _fault(f"{place}.{key}", text[key], f"nothing that the protocol '{protocol}' has")
    words = []
    for key, side in (("source", "saddr"), ("destination", "daddr")):
        if text[key]:
            words.append(f"ip {side} {_set(_ranges(text[key], f'{place}.{key}', _addresses), _network)}")
    if text["destination_port"]:
        ports = _ranges(text["destination_port"], f"{place}.destination_port", _ports)
        words.append(f"{protocol} dport {_set(ports, _span)}")
    elif text["icmp_type"]:
        types = _ranges(text["icmp_type"], f"{place}.icmp_type", _types)
        words.append(f"icmp type {_set(types, _span)}")
    elif protocol:
        words.append(f"meta l4proto {'icmp' if protocol == 'icmp4' else protocol}")
    return " ".join(words)


def _ranges(text, place, read):
    """Numbers from first to last, lowest first, that neither meet nor touch: nft refuses those that meet."""
    joined = []
    for first, last in sorted(read(part.strip(), place) for part in text.split(",")):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _addresses(text, place):
    try:
        if "-" in text:
            first, last = (int(ipaddress.IPv4Address(end.strip())) for end in text.split("-", 1))
        else:
            network = ipaddress.IPv4Network(text, strict=False)
            first, last = int(network[0]), int(network[-1])
    except ValueError as error:
        raise _fault(place, text, "no address, network or range of IPv4") from error
    if first > last:
        raise _fault(place, text, "a range that ends before it begins")
    return first, last


def _ports(text, place):
    return _numbers(text, place, 65535, "no port from 0 to 65535, and no range of them")


def _types(text, place):
    return _numbers(text, place, 255, "no type of ICMP from 0 to 255")


def _numbers(text, place, highest, otherwise):
    found = _NUMBERS.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not first <= last <= highest:
        raise _fault(place, text, otherwise)
    return first, last


def _set(ranges, word):
    words = [word(first, last) for first, last in ranges]
    return words[0] if len(words) == 1 else f"{{ {', '.join(words)} }}"


def _span(first, last):
    return str(first) if first == last else f"{first}-{last}"


def _network(first, last):
    """Shorter than a range, where that is one network."""
    ends = ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
    networks = list(ipaddress.summarize_address_range(*ends))
    return str(networks[0]) if len(networks) == 1 and first != last else _span(*ends)


def _fault(place, value, what):
    return BeltError(f"{place}: {str(value)[:60]!a} is {what}.")
