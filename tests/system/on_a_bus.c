// SPDX-License-Identifier: BSD-2-Clause
/*
 * Preloaded: gives each interface an address on a bus, as network cards have. So a veth, whose
 * VLAN offloads can be switched, passes for one. For vlan_offload.bats.
 */
#include <dlfcn.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) =
		(int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	struct ethtool_drvinfo *info;
	void *argument;
	va_list list;
	int err;

	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	err = next(fd, request, argument);
	if (request != SIOCETHTOOL || err)
		return err;
	info = (struct ethtool_drvinfo *)((struct ifreq *)argument)->ifr_data;
	if (info->cmd == ETHTOOL_GDRVINFO)
		strcpy(info->bus_info, "0000:00:03.0");
	return 0;
}
