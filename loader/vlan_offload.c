// SPDX-License-Identifier: BSD-2-Clause
/*
 * Notices that a network card removes VLAN tags from received frames; used by attach. Then a tag
 * is beside the frame, where XDP does not look in any mode.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loader/vlan_offload.h"
#include "pin/cli/diag.h"

/* More features than any kernel has. */
#define FEATURES_MAX 1024

/* The kernel's names, which ethtool takes too, but it prints the first as rx-vlan-offload. */
static const char *const names[] = { "rx-vlan-hw-parse", "rx-vlan-stag-hw-parse" };
enum { CTAG, STAG, N_OFFLOADS };

static int request(int fd, const char *ifname, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	strncpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name) - 1);
	return ioctl(fd, SIOCETHTOOL, &ifr);
}

/*
 * Software has these features too, as veth and bonds do, but there they remove no tag. Only a
 * device on a bus has an address there; bridges call theirs "N/A".
 */
static bool is_hardware(int fd, const char *ifname)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	return !request(fd, ifname, &info) && info.bus_info[0] && strcmp(info.bus_info, "N/A");
}

/* Returns the number of features, or 0 if it can't be found out. */
static __u32 count_features(int fd, const char *ifname)
{
	struct ethtool_sset_info *set = calloc(1, sizeof(*set) + sizeof(set->data[0]));
	__u32 n = 0;

	if (!set)
		return 0;
	set->cmd = ETHTOOL_GSSET_INFO;
	set->sset_mask = 1ull << ETH_SS_FEATURES;
	if (!request(fd, ifname, set) && set->sset_mask && set->data[0] <= FEATURES_MAX)
		n = set->data[0];
	free(set);
	return n;
}

/* Gets the names of n features, and which of them are on. */
static bool read_features(int fd, const char *ifname, __u32 n, struct ethtool_gstrings *strings,
			  struct ethtool_gfeatures *features)
{
	strings->cmd = ETHTOOL_GSTRINGS;
	strings->string_set = ETH_SS_FEATURES;
	strings->len = n;
	features->cmd = ETHTOOL_GFEATURES;
	features->size = (n + 31) / 32;
	return !request(fd, ifname, strings) && !request(fd, ifname, features);
}

/* Finds out which of the offloads are on. */
static void read_offloads(int fd, const char *ifname, bool on[N_OFFLOADS])
{
	__u32 n = count_features(fd, ifname);
	struct ethtool_gstrings *strings;
	struct ethtool_gfeatures *features;

	strings = calloc(1, sizeof(*strings) + (size_t)n * ETH_GSTRING_LEN);
	features = calloc(1, sizeof(*features) +
				     (size_t)(n + 31) / 32 * sizeof(features->features[0]));
	if (strings && features && n && read_features(fd, ifname, n, strings, features)) {
		for (__u32 i = 0; i < n; i++) {
			const char *name =
				(const char *)strings->data + (size_t)i * ETH_GSTRING_LEN;

			for (int k = 0; k < N_OFFLOADS; k++)
				if (!strncmp(name, names[k], ETH_GSTRING_LEN))
					on[k] = features->features[i / 32].active >> i % 32 & 1;
		}
	}
	free(strings);
	free(features);
}

void vlan_offload_note(const char *ifname)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool on[N_OFFLOADS] = { false };

	if (fd < 0)
		return;
	if (is_hardware(fd, ifname))
		read_offloads(fd, ifname, on);
	close(fd);
	if (!on[CTAG] && !on[STAG])
		return;
	diag_note("%s: the network card removes VLAN tags%s, so the tap does not see them", ifname,
		  on[CTAG] ? "" : " of 802.1ad");
	diag_hint("'ethtool -K %s%s%s' keeps them in the frames", ifname,
		  on[CTAG] ? " rxvlan off" : "", on[STAG] ? " rx-vlan-stag-hw-parse off" : "");
}
