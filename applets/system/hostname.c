/* hostname, dnsdomainname, domainname, nisdomainname, ypdomainname - print or set the name of this host or its NIS domain
 *
 * usage: hostname [-b] [NAME | -F FILE]
 * usage: hostname [-a|-A|-d|-f|-i|-I|-s|-y]
 *
 *   -a, --alias             other names of the host
 *   -A, --all-fqdns         full names of all its addresses
 *   -b, --boot              if there is no name to be set, set localhost
 *   -d, --domain            what follows the first dot of the full name
 *   -f, --fqdn, --long      the full name
 *   -F, --file=FILE         set the name that is in FILE
 *   -i, --ip-address        the addresses of the name
 *   -I, --all-ip-addresses  the addresses of all interfaces
 *   -s, --short             the name up to its first dot
 *   -y, --yp, --nis         the NIS domain
 *   -h                      print this
 *   -V                      print the version
 *
 * domainname and those like it are hostname -y, dnsdomainname is hostname -d.
 *
 * install: /bin
 * follows: hostname(1) of Debian
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <ctype.h>
#include <sys/utsname.h>
#include "libbb.h"
#include "hostname.gen.h"

/* The name of this host. */
static const char *host_name(void)
{
	struct utsname u;

	uname(&u);
	return arena_strdup(u.nodename);
}

/* The NIS domain, or "" or (none) if it is not set. */
static const char *nis_domain(void)
{
	struct utsname u;

	uname(&u);
	return arena_strdup(u.domainname);
}

/* What the resolver knows of a host; dies if that is nothing. */
static struct addrinfo *look_up(const char *name)
{
	struct addrinfo hints = { .ai_flags = AI_CANONNAME, .ai_socktype = SOCK_DGRAM }, *found;
	int code = getaddrinfo(name, NULL, &hints, &found);

	if (code)
		die("%s", gai_strerror(code));
	return found;
}

static const char *full_name(void)
{
	struct addrinfo *found = look_up(host_name());
	const char *name = found->ai_canonname ? arena_strdup(found->ai_canonname) : host_name();

	freeaddrinfo(found);
	return name;
}

static void print_domain(void)
{
	const char *dot = strchr(full_name(), '.');

	if (dot)
		out_line(dot + 1);
}

/* The other names that /etc/hosts has for the host. */
static void print_aliases(void)
{
	const char *name = host_name();
	int fd = open_file("/etc/hosts", O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len), *line, *word;

	while ((line = strsep(&text, "\n"))) {
		struct buf names = { 0 };
		size_t words = 0;
		bool found = false;

		line[strcspn(line, "#")] = '\0';
		while ((word = strsep(&line, " \t\r"))) {
			if (!*word)
				continue;
			found |= words > 0 && strcmp(word, name) == 0;
			if (words++ > 1)
				buf_fmt(&names, "%s%s", names.len ? " " : "", word);
		}
		if (found) {
			out_str(names.data ? names.data : "");
			break;
		}
	}
	out_char('\n');
}

/* Appends an address in digits, or with `named` the name the resolver has for it, if there is one. */
static void print_address(const struct sockaddr *address, const char *after, bool named)
{
	char text[NI_MAXHOST];
	socklen_t len = address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
						      : sizeof(struct sockaddr_in6);

	if (getnameinfo(address, len, text, sizeof(text), NULL, 0, named ? NI_NAMEREQD : NI_NUMERICHOST) == 0)
		out_fmt("%s%s", text, after);
}

static void print_addresses_of_name(void)
{
	struct addrinfo *found = look_up(host_name());

	for (struct addrinfo *a = found; a; a = a->ai_next)
		print_address(a->ai_addr, a->ai_next ? " " : "\n", false);
	freeaddrinfo(found);
}

/* Whether an address is of the link only. */
static bool is_local(const struct sockaddr *address)
{
	struct sockaddr_in6 six;

	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&six, address, sizeof(six));
	return IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&six.sin6_addr);
}

/* The addresses of all interfaces that are up but the loopback, or the names for them. */
static void print_all_addresses(bool named)
{
	struct ifaddrs *list;

	if (getifaddrs(&list) < 0)
		die_errno("getifaddrs");
	for (struct ifaddrs *i = list; i; i = i->ifa_next)
		if (i->ifa_addr &&
		    (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6) &&
		    !(i->ifa_flags & IFF_LOOPBACK) && i->ifa_flags & IFF_UP && !is_local(i->ifa_addr))
			print_address(i->ifa_addr, " ", named);
	freeifaddrs(list);
	out_char('\n');
}

/* Whether it is letters and digits, with hyphens and dots between them. */
static bool is_valid(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			return false;
	return len > 0 && len <= HOST_NAME_MAX && isalnum((unsigned char)name[0]) &&
	       isalnum((unsigned char)name[len - 1]);
}

static void set_name(const char *name, bool nis)
{
	size_t len = strlen(name);

	if (!nis && !is_valid(name) && len <= HOST_NAME_MAX)
		die("the specified hostname is invalid");
	if ((nis ? setdomainname(name, len) : sethostname(name, len)) == 0)
		return;
	if (errno == EPERM)
		die("you must be root to change the %s name", nis ? "domain" : "host");
	if (errno == EINVAL)
		die("name too long");
	die_errno("sethostname");
}

/* The first line of a file that is not empty nor a comment, without blanks; "" if there is none. NULL if it cannot be read. */
static const char *read_name(const char *file)
{
	int fd = open_file(file, O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len), *line;

	if (!text)
		return NULL;
	while ((line = strsep(&text, "\n"))) {
		line += strspn(line, " \t");
		if (*line && *line != '#') {
			line[strcspn(line, " \t\r")] = '\0';
			return line;
		}
	}
	return "";
}

static void print_name(const struct hostname_options *opt, bool nis)
{
	const char *called = applet_name(), *name;
	char kinds[] = "aAdfiIs";
	unsigned at[] = { opt->alias,      opt->all_fqdns,        opt->domain, opt->fqdn,
			  opt->ip_address, opt->all_ip_addresses, opt->_short };
	char kind = strcmp(called, "dnsdomainname") == 0 ? 'd' : 0;
	unsigned last = 0;

	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++)
		if (at[i] > last) {
			last = at[i];
			kind = kinds[i];
		}
	if (nis && (opt->yp >= last)) {
		name = nis_domain();
		if (strcmp(called, "domainname") != 0 && (!*name || strcmp(name, "(none)") == 0))
			die("Local domain name not set");
		out_line(*name ? name : "(none)");
		return;
	}
	switch (kind) {
	case 'a':
		print_aliases();
		return;
	case 'A':
	case 'I':
		print_all_addresses(kind == 'A');
		return;
	case 'd':
		print_domain();
		return;
	case 'f':
		out_line(full_name());
		return;
	case 'i':
		print_addresses_of_name();
		return;
	}
	name = host_name();
	out_fmt("%.*s\n", kind == 's' ? (int)strcspn(name, ".") : (int)strlen(name), name);
}

int hostname_main(struct hostname_options *opt, char **operands)
{
	const char *called = applet_name();
	bool nis = opt->yp || strcmp(called, "domainname") == 0 || strcmp(called, "nisdomainname") == 0 ||
		   strcmp(called, "ypdomainname") == 0;
	const char *name = *operands;

	if (print_asked(opt->h, opt->V))
		return 0;
	if (*operands && operands[1])
		die_extra_operand(operands[1]);
	if (opt->file) {
		name = read_name(opt->file);
		if (!name && !opt->boot)
			die("%s", strerror(errno));
	}
	if (opt->boot && (!name || !*name)) {
		const char *now = host_name();

		name = !*now || strcmp(now, "(none)") == 0 ? "localhost" : opt->file ? now : NULL;
	}
	if (name)
		set_name(name, nis);
	else
		print_name(opt, nis);
	return 0;
}
