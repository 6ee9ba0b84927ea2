#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints the counters and the largest flows of a tap, as docs/maps.md describes them.

Usage: counters.py DIRECTORY [FLOWS]        such as: counters.py /sys/fs/bpf/xdptap/eth0 10

It needs bpftool and Python's standard library. bpftool reads the pinned maps; it can't read ring
buffers, so events are for examples/events.c.
"""
import ipaddress
import json
import os
import struct
import subprocess
import sys

ABI_VERSION = 8  # XDPTAP_ABI_VERSION of the abi.h that this was written for

# struct packet_stats: 64-bit counters
COUNTERS = """packets bytes tcp udp other events dropped ipv4 ipv6 non_ip icmp vlan fragments
malformed flows flow_lost truncated filtered sampled_out paused_out""".split()

FLOW_KEY = struct.Struct("=16s16sHHHBx")  # struct flow_key
FLOW_STATS = struct.Struct("=5QB7x")  # struct flow_stats
ETH_P_IP = 0x0800


def dump(directory, pin):
    """Returns the entries of a pinned map."""
    path = os.path.join(directory, pin)
    done = subprocess.run(["bpftool", "-j", "map", "dump", "pinned", path],
                          stdout=subprocess.PIPE, check=False)
    entries = json.loads(done.stdout or "[]")
    if done.returncode or not isinstance(entries, list):
        sys.exit(f"{path}: {entries.get('error') if isinstance(entries, dict) else 'no such map'}")
    return entries


def raw(hex_bytes):
    """The bytes of a key or value, which bpftool prints as ["0x2a", ...]."""
    return bytes(int(byte, 16) for byte in hex_bytes)


def meta_of(directory):
    """The version and the size of the flow map; ends the program unless the version is ours."""
    (entry,) = dump(directory, "meta")
    value = raw(entry["value"])
    (version,) = struct.unpack_from("=I", value)  # the first field in every version
    if version != ABI_VERSION:
        sys.exit(f"{directory}: the tap has version {version}, this program {ABI_VERSION}")
    words = struct.unpack("=24I", value)  # struct tap_meta
    return {"rings": words[13], "flows": words[15]}


def counters_of(directory):
    """The sum of each counter over all CPUs."""
    total = dict.fromkeys(COUNTERS, 0)
    (entry,) = dump(directory, "stats_map")
    for cpu in entry["values"]:
        for name, value in zip(COUNTERS, struct.unpack(f"={len(COUNTERS)}Q", raw(cpu["value"]))):
            total[name] += value
    return total


def flows_of(directory):
    """(packets, bytes, text) of each flow: its values of all CPUs are added."""
    for entry in dump(directory, "flow_map"):
        src, dst, sport, dport, eth_type, proto = FLOW_KEY.unpack(raw(entry["key"]))
        size = 4 if eth_type == ETH_P_IP else 16
        packets = octets = 0
        for cpu in entry["values"]:
            here = FLOW_STATS.unpack(raw(cpu["value"]))
            packets += here[0]
            octets += here[1]
        yield (packets, octets, f"{ipaddress.ip_address(src[:size])} port {sport} -> "
               f"{ipaddress.ip_address(dst[:size])} port {dport} protocol {proto}")


def main():
    """Prints a line per counter, then one per flow, those with most packets first."""
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    directory = sys.argv[1]
    meta = meta_of(directory)
    for name, value in counters_of(directory).items():
        print(name, value)
    if meta["flows"]:
        count = int(sys.argv[2]) if len(sys.argv) == 3 else 10
        for packets, octets, text in sorted(flows_of(directory), reverse=True)[:count]:
            print(f"flow {text}: {packets} packets, {octets} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
