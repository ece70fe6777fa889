/* uuidgen - make a universally unique identifier
 *
 * usage: uuidgen [OPTION]...
 *
 *   -r, --random        by chance, as without this
 *   -t, --time          of the time, and an address by chance
 *   -n, --namespace=NS  of a name in the namespace NS: @dns, @url, @oid, @x500 or a UUID
 *   -N, --name=NAME     the name
 *   -m, --md5           by its MD5
 *   -s, --sha1          by its SHA-1
 *   -x, --hex           NAME is in hexadecimal
 *   -V                  print the version
 *   -h                  print this
 *
 * install: /usr/bin
 * follows: uuidgen(1) of util-linux; RFC 4122
 */
#include <ctype.h>
#include <sys/random.h>
#include "libbb.h"
#include "hash.h"
#include "uuidgen.gen.h"

enum { UUID = 16 };

/* 100 ns units from 1582-10-15 to 1970. */
#define GREGORIAN UINT64_C(0x01b21dd213814000)

static void fill_random(unsigned char *to, size_t len)
{
	if (getrandom(to, len, 0) != (ssize_t)len)
		die_errno("getrandom");
}

static void set_version(unsigned char uuid[UUID], int version)
{
	uuid[6] = (unsigned char)((uuid[6] & 15) | version << 4);
	uuid[8] = (unsigned char)((uuid[8] & 63) | 128);
}

static void by_time(unsigned char uuid[UUID])
{
	struct timespec now;
	uint64_t t;

	clock_gettime(CLOCK_REALTIME, &now);
	t = GREGORIAN + (uint64_t)now.tv_sec * 10000000 + (uint64_t)now.tv_nsec / 100;
	fill_random(uuid + 8, 8);
	uuid[10] |= 1; /* no address of a network card */
	for (int i = 0; i < 4; i++)
		uuid[i] = (unsigned char)(t >> (24 - 8 * i));
	uuid[4] = (unsigned char)(t >> 40);
	uuid[5] = (unsigned char)(t >> 32);
	uuid[6] = (unsigned char)(t >> 56);
	uuid[7] = (unsigned char)(t >> 48);
	set_version(uuid, 1);
}

static int hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Reads a UUID. Returns false if it is none. */
static bool read_uuid(const char *s, unsigned char uuid[UUID])
{
	for (int i = 0; i < UUID; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *s++ != '-')
			return false;
		if (hex_digit(s[0]) < 0 || hex_digit(s[1]) < 0)
			return false;
		uuid[i] = (unsigned char)(hex_digit(s[0]) << 4 | hex_digit(s[1]));
		s += 2;
	}
	return !*s;
}

static void read_namespace(const char *name, unsigned char uuid[UUID])
{
	static const char *const names[] = { "dns", "url", "oid", "x500" };
	static const char numbers[] = { 0x10, 0x11, 0x12, 0x14 };

	if (*name != '@') {
		if (!read_uuid(name, uuid))
			die_usage("invalid uuid for namespace: '%s'", name);
		return;
	}
	read_uuid("6ba7b800-9dad-11d1-80b4-00c04fd430c8", uuid);
	for (size_t i = 0; i < sizeof(numbers); i++)
		if (strcmp(name + 1, names[i]) == 0) {
			uuid[3] = (unsigned char)numbers[i];
			return;
		}
	die_usage("unknown namespace alias: '%s'", name);
}

/* Reads a name in hexadecimal, in place; dies if it is not. Returns its length. */
static size_t read_hex(char *s)
{
	size_t len = strlen(s) / 2;

	for (size_t i = 0; i < len; i++) {
		if (hex_digit(s[2 * i]) < 0 || hex_digit(s[2 * i + 1]) < 0)
			die_usage("not a valid hex string");
		s[i] = (char)(hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]));
	}
	if (s[2 * len])
		die_usage("not a valid hex string");
	return len;
}

static void by_name(const struct uuidgen_options *opt, unsigned char uuid[UUID])
{
	bool sha1 = opt->sha1 > opt->md5;
	char *name = arena_strdup(opt->name);
	unsigned char digest[HASH_MOST];
	struct hash hash;

	read_namespace(opt->namespace, uuid);
	hash_begin(&hash, sha1 ? HASH_SHA1 : HASH_MD5, 0);
	hash_add(&hash, uuid, UUID);
	hash_add(&hash, name, opt->hex ? read_hex(name) : strlen(name));
	hash_end(&hash, digest);
	memcpy(uuid, digest, UUID);
	set_version(uuid, sha1 ? 5 : 3);
}

int uuidgen_main(struct uuidgen_options *opt, char **operands)
{
	unsigned char uuid[UUID];
	unsigned hash = opt->md5 > opt->sha1 ? opt->md5 : opt->sha1;
	bool hashed = hash > opt->random && hash > opt->time;

	(void)operands;
	if (print_asked(opt->h, opt->V))
		return 0;
	if (opt->namespace && !opt->name)
		die_usage("--namespace requires --name argument");
	if (opt->name && !opt->namespace)
		die_usage("--name requires --namespace argument");
	if (opt->name && !hashed)
		die_usage("--namespace requires --md5 or --sha1");
	if (hashed && !opt->name)
		die_usage("--md5 or --sha1 requires --namespace argument");
	if (opt->name) {
		by_name(opt, uuid);
	} else if (opt->time > opt->random) {
		by_time(uuid);
	} else {
		fill_random(uuid, UUID);
		set_version(uuid, 4);
	}
	for (int i = 0; i < UUID; i++)
		out_fmt("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
	out_char('\n');
	return 0;
}
