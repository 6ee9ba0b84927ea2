// SPDX-License-Identifier: BSD-2-Clause
/* The answers to --extcap-interfaces, --extcap-dlts and --extcap-config; used by main.c. */
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

#include "pin/cli/capability.h"
#include "pin/link.h"
#include "pin/tap.h"
#include "pin/tap_find.h"
#include "reader/extcap/child.h"
#include "reader/extcap/listing.h"

/* Braces end a value, and nothing escapes them. */
static bool printable(const char *ifname)
{
	for (const char *c = ifname; *c; c++)
		if ((unsigned char)*c < ' ' || strchr("{}\x7f", *c))
			return false;
	return true;
}

static void print_interface(const char *ifname, const char *display, const char *what)
{
	if (printable(ifname))
		printf("interface {value=" REQUEST_PREFIX "%s}{display=%s%s}\n", ifname, display,
		       what);
}

/* Whether this user may read it, whoever reads it now. */
static bool readable(const char *bpffs, const char *ifname)
{
	const struct tap_name name = { bpffs, ifname };
	struct tap tap = TAP_CLOSED;
	struct reason reason;

	if (tap_open(&name, TAP_RINGS, &tap, &reason))
		return false;
	tap_close(&tap);
	return true;
}

/* Returns how many there are. */
static int print_taps(const char *bpffs, const char (*ifnames)[IF_NAMESIZE], int n)
{
	int printed = 0;

	for (int i = 0; i < n; i++) {
		if (!readable(bpffs, ifnames[i]))
			continue;
		print_interface(ifnames[i], ifnames[i], " at XDP (existing tap)");
		printed++;
	}
	return printed;
}

/* As 'xdptap-loader attach' has it: the parser knows Ethernet only. */
static bool is_ethernet(const char *ifname)
{
	struct ifreq request = { 0 };
	int fd = link_socket();
	bool known;

	strncpy(request.ifr_name, ifname, sizeof(request.ifr_name) - 1);
	known = fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &request);
	link_socket_done(fd);
	return known && (request.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
			 request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK);
}

/* By our own capabilities, or by those that the file of the loader gives to whoever may run it. */
static bool can_attach(void)
{
	char path[PATH_MAX];

	return capability_has(CAPABILITY_LOAD) ||
	       getxattr(child_path(path, "xdptap-loader"), "security.capability", NULL, 0) > 0;
}

static bool has_pins(const char *ifname, const char (*ifnames)[IF_NAMESIZE], int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(ifname, ifnames[i]))
			return true;
	return false;
}

static void print_untapped(const char *bpffs, const char (*taps)[IF_NAMESIZE], int n)
{
	struct if_nameindex *links = if_nameindex();
	char ifname[IF_NAMESIZE];
	struct reason reason;

	for (struct if_nameindex *l = links; l && l->if_index; l++)
		if (!has_pins(l->if_name, taps, n) && is_ethernet(l->if_name) &&
		    tap_find_interface(bpffs, l->if_index, ifname, &reason) <= 0)
			print_interface(l->if_name, l->if_name, " at XDP (new tap)");
	if (links)
		if_freenameindex(links);
}

void listing_interfaces(const struct request *r)
{
	const char *bpffs = r->shared.bpffs;
	char(*taps)[IF_NAMESIZE] = NULL;
	int n = tap_name_list(bpffs, &taps);

	printf("extcap {version=" XDPTAP_VERSION "}"
	       "{display=xdptap: packets at XDP}\n");
	if (n < 0)
		n = 0;
	if (print_taps(bpffs, (const char(*)[IF_NAMESIZE])taps, n))
		print_interface(REQUEST_ANY, "all XDP taps", "");
	if (can_attach())
		print_untapped(bpffs, (const char(*)[IF_NAMESIZE])taps, n);
	free(taps);
}

void listing_dlts(void)
{
	puts("dlt {number=1}{name=EN10MB}{display=Ethernet}");
}

/* What can be chosen of a tap that is made. */
static const char arguments[] =
	"arg {number=0}{call=--snaplen}{display=Bytes of each frame}{type=unsigned}"
	"{range=1,262144}{default=262144}{tooltip=How much of each frame is captured; fewer bytes "
	"leave room for more frames}{group=Capture}\n"
	"arg {number=1}{call=--direction}{display=Direction}{type=selector}{default=in}"
	"{tooltip=XDP sees received frames only}{group=Capture}\n"
	"value {arg=1}{value=in}{display=Received frames}{default=true}\n"
	"arg {number=2}{call=--promisc}{display=Promiscuous mode}{type=boolflag}{default=false}"
	"{tooltip=Also receive frames for other hosts}{group=Capture}\n"
	"arg {number=3}{call=--prio}{display=Run priority}{type=unsigned}{range=0,2147483647}"
	"{default=5}{tooltip=XDP programs with a lower number run earlier, and what they drop is not "
	"seen; that of xdp-filter is 10}{group=XDP}\n"
	"arg {number=4}{call=--mode}{display=Mode}{type=selector}{default=auto}"
	"{tooltip=Where the program runs}{group=XDP}\n"
	"value {arg=4}{value=auto}{display=Native if the driver can, or else generic}"
	"{default=true}\n"
	"value {arg=4}{value=native}{display=Native: in the driver}{default=false}\n"
	"value {arg=4}{value=generic}{display=Generic: in the kernel's stack}{default=false}\n"
	"arg {number=5}{call=--ring}{display=Ring buffers}{type=string}{default=16M}"
	"{tooltip=Total size: a power of two, such as 64M. More is lost later}{group=XDP}\n";

void listing_config(const struct request *r)
{
	struct tap_name name = { .bpffs = r->shared.bpffs };
	char ifname[IF_NAMESIZE];
	struct tap_meta meta;
	struct reason reason;

	if (!strcmp(r->ifname, REQUEST_ANY) || tap_find(name.bpffs, r->ifname, ifname, &reason))
		return;
	name.ifname = ifname;
	if (tap_read_meta(&name, &meta, &reason))
		fputs(arguments, stdout);
}
