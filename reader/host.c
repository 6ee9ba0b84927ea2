// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel for what a capture file says about machine and interfaces; used by format.c. */
#include <net/if.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "pin/link.h"
#include "reader/host.h"

/* "model name\t: AMD EPYC": x86 has such a line, many other architectures have none. */
static int find_processor(char *to, size_t size)
{
	char line[256], *value;
	int found = 0;
	FILE *in = fopen("/proc/cpuinfo", "re");

	if (!in)
		return 0;
	while (!found && fgets(line, sizeof(line), in)) {
		if (strncmp(line, "model name", strlen("model name")) != 0)
			continue;
		value = strchr(line, ':');
		if (!value)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(to, size, "%s", value);
		found = *value != '\0';
	}
	fclose(in);
	return found;
}

void host_describe(struct host *host)
{
	struct utsname name;

	*host = (struct host){ .application = "xdptap-reader " XDPTAP_VERSION };
	if (uname(&name))
		name = (struct utsname){};
	if (!find_processor(host->hardware, sizeof(host->hardware)))
		snprintf(host->hardware, sizeof(host->hardware), "%s", name.machine);
	if (*name.sysname)
		snprintf(host->os, sizeof(host->os), "%s %s", name.sysname, name.release);
}

/* Mbit/s; a driver that does not know leaves 0, -1 or a 16-bit -1. */
static uint64_t known_speed(uint32_t mbit)
{
	return mbit == (uint32_t)SPEED_UNKNOWN || mbit == UINT16_MAX ? 0 : mbit * UINT64_C(1000000);
}

/* Not from /sys, which may belong to another network namespace. */
uint64_t host_link_speed(const char *ifname)
{
	/* The link modes follow: three sets of as many words as the kernel has. */
	union {
		struct ethtool_link_settings settings;
		char room[sizeof(struct ethtool_link_settings) + 3 * INT8_MAX * sizeof(uint32_t)];
	} link = { .settings.cmd = ETHTOOL_GLINKSETTINGS };
	struct ifreq request = { .ifr_data = (char *)&link };
	uint64_t speed = 0;
	int fd = link_socket();

	if (fd < 0)
		return 0;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	/* The first time, the kernel answers with -words alone. */
	if (!ioctl(fd, SIOCETHTOOL, &request) && link.settings.link_mode_masks_nwords < 0) {
		link.settings = (struct ethtool_link_settings){
			.cmd = ETHTOOL_GLINKSETTINGS,
			.link_mode_masks_nwords = (__s8)-link.settings.link_mode_masks_nwords,
		};
		if (!ioctl(fd, SIOCETHTOOL, &request))
			speed = known_speed(link.settings.speed);
	}
	link_socket_done(fd);
	return speed;
}
