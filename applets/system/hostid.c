/* hostid - print the number of this host, in hexadecimal
 *
 * usage: hostid
 *
 * It is what /etc/hostid holds, or else the IPv4 address that /etc/hosts has for the host's name.
 *
 * install: /usr/bin
 * options: pure
 * follows: gethostid(3); GNU coreutils manual, "hostid invocation"
 */
#include <arpa/inet.h>
#include <sys/utsname.h>
#include "libbb.h"
#include "hostid.gen.h"

#define BLANKS " \t\r\n"

/* Finds the address that a line of hosts(5) gives to `name`. */
static bool address_in_line(char *line, const char *name, struct in_addr *address)
{
	char *save, *word;

	line[strcspn(line, "#")] = 0;
	word = strtok_r(line, BLANKS, &save);
	if (!word || inet_pton(AF_INET, word, address) != 1)
		return false;
	while ((word = strtok_r(NULL, BLANKS, &save)))
		if (strcasecmp(word, name) == 0)
			return true;
	return false;
}

static uint32_t id_from_hosts(void)
{
	int fd = open_file("/etc/hosts", O_RDONLY, 0);
	struct reader r = { 0 };
	struct in_addr address;
	struct utsname u;
	size_t len;
	char *line;

	if (fd < 0 || uname(&u) < 0)
		return 0;
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n')))
		if (address_in_line(arena_memdup(line, len), u.nodename, &address))
			return address.s_addr << 16 | address.s_addr >> 16;
	return 0;
}

int hostid_main(struct hostid_options *opt, char **argv)
{
	uint32_t id = 0;
	int fd;

	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	fd = open_file("/etc/hostid", O_RDONLY, 0);
	if (fd < 0 || read_all(fd, &id, sizeof(id)) != sizeof(id))
		id = id_from_hosts();
	out_fmt("%08x\n", id);
	return 0;
}
