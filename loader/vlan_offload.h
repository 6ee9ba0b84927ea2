/* SPDX-License-Identifier: BSD-2-Clause */
/* VLAN tags that a network card removes before XDP sees the frame; for attach. */
#ifndef XDPTAP_LOADER_VLAN_OFFLOAD_H
#define XDPTAP_LOADER_VLAN_OFFLOAD_H

/*
 * Says so, and how to turn it off, if the interface is a device on a bus whose offload of received
 * VLAN tags is on. Says nothing if that can't be found out.
 */
void vlan_offload_note(const char *ifname);

#endif
