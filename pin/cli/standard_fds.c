// SPDX-License-Identifier: BSD-2-Clause
/* Prepares stdin, stdout and stderr; the first thing that all three tools do. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "pin/cli/standard_fds.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

bool standard_fds_prepare(void)
{
	static const int modes[] = {
		[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_WRONLY
	};
	bool stdout_open = is_open(STDOUT_FILENO);

	/* open(2) takes the lowest number that is free. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (!is_open(fd) && open("/dev/null", modes[fd]) != fd)
			break;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return stdout_open;
}
