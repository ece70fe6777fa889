/* nologin - say that this account is not available
 *
 * usage: nologin
 *
 * The shell of accounts that nobody is to log in to. Prints /etc/nologin.txt if that is there. Whatever is asked
 * for, the exit status is 1.
 *
 * install: /usr/sbin
 * options: raw no-help
 * follows: nologin(8) of Debian and of util-linux
 */
#include "libbb.h"
#include "nologin.gen.h"

int nologin_main(struct nologin_options *opt, char **argv)
{
	int fd = open_file("/etc/nologin.txt", O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len);

	(void)opt;
	(void)argv;
	if (text)
		out_mem(text, len);
	else
		out_line("This account is currently not available.");
	return 1;
}
