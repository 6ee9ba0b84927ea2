// SPDX-License-Identifier: BSD-2-Clause
/*
 * IEEE 802.2 LLC and SNAP (RFC 1042); SAPs as IEEE assigned them, SNAP protocols as vendors
 * publish them. Used by packet_text.c and packet_json.c.
 */
#include <stddef.h>

#include <linux/if_ether.h>

#include "reader/llc.h"
#include "reader/text/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LLC_BYTES  3 /* DSAP, SSAP, control */
#define SNAP_BYTES 8 /* the same, OUI, protocol */
#define UI         0x03

static const struct {
	uint8_t sap;
	const char *name;
} saps[] = {
	{ 0x42, "STP" },     { 0xe0, "IPX" },
	{ 0xf0, "NetBIOS" }, { 0x04, "SNA" },
	{ 0x08, "SNA" },     { 0x06, "IPv4" },
	{ 0xbc, "VINES" },   { 0x7e, "X.25" },
	{ 0x80, "XNS" },     { 0xf4, "LAN-management" },
};

static const struct {
	uint32_t oui;
	uint16_t type;
	const char *name;
} snaps[] = {
	{ 0x00000c, 0x2000, "CDP" },       { 0x00000c, 0x2003, "VTP" },
	{ 0x00000c, 0x2004, "DTP" },       { 0x00000c, 0x010b, "PVST+" },
	{ 0x00000c, 0x0111, "UDLD" },      { 0x00000c, 0x0104, "PAgP" },
	{ 0x00e02b, 0x00bb, "EDP" },       { 0x00e052, 0x2000, "FDP" },
	{ 0x000081, 0x01a1, "SONMP" },     { 0x000081, 0x01a2, "SONMP" },
	{ 0x080007, 0x809b, "AppleTalk" },
};

/* ISO/IEC TR 9577: the first byte after LLC says which protocol of OSI's network layer it is. */
static const char *osi_name(int nlpid)
{
	switch (nlpid) {
	case 0x81:
		return "CLNP";
	case 0x82:
		return "ES-IS";
	case 0x83:
		return "IS-IS";
	default:
		return "OSI";
	}
}

static const char *snap_name(uint32_t oui, uint16_t type)
{
	for (size_t i = 0; i < COUNT(snaps); i++)
		if (snaps[i].oui == oui && snaps[i].type == type)
			return snaps[i].name;
	/* RFC 1042: an EtherType follows. */
	return oui || type < 0x0600 ? NULL : names_ethertype(type);
}

static const char *sap_name(const uint8_t *p, uint32_t left)
{
	if (p[0] == 0xff && p[1] == 0xff) /* Novell's frames without LLC: a checksum of 0xffff */
		return "IPX";
	/* The last bit of the source is that of command or response. */
	if (p[0] != (p[1] & 0xfe))
		return NULL;
	if (p[0] == 0xfe)
		return osi_name(left > LLC_BYTES ? p[LLC_BYTES] : -1);
	for (size_t i = 0; i < COUNT(saps); i++)
		if (saps[i].sap == p[0])
			return saps[i].name;
	return NULL;
}

bool llc_parse(const struct packet *packet, struct llc *llc)
{
	const struct packet_event *ev = packet->event;
	uint32_t at = ETH_HLEN + 4u * XDPTAP_VLAN_DEPTH(ev->vlan), left;
	const uint8_t *p;

	if (ev->flags & XDPTAP_EV_IP || ev->len < at || ev->eth_type >= 0x0600 ||
	    packet->caplen < at)
		return false;
	left = packet->caplen - at;
	if (left > ev->eth_type)
		left = ev->eth_type;
	if (left < LLC_BYTES)
		return false;
	p = packet_bytes(packet) + at;
	*llc = (struct llc){ .dsap = p[0], .ssap = p[1] };
	if (p[0] == 0xaa && (p[1] & 0xfe) == 0xaa && p[2] == UI && left >= SNAP_BYTES) {
		llc->snap = true;
		llc->oui = (uint32_t)(p[3] << 16 | p[4] << 8 | p[5]);
		llc->type = (uint16_t)(p[6] << 8 | p[7]);
		llc->name = snap_name(llc->oui, llc->type);
	} else {
		llc->name = sap_name(p, left);
	}
	return true;
}
