/* mknod - make special files
 *
 * usage: mknod [OPTION]... NAME TYPE [MAJOR MINOR]
 *
 *   -m, --mode=MODE        set the permissions, as chmod does to rw-rw-rw-, without the umask
 *   -Z                     accepted, and without effect
 *       --context[=CTX]    likewise, with a warning if there is a CTX
 *
 * TYPE is b for a block device, c or u for a character device, p for a pipe; the latter has no MAJOR and MINOR. These
 * are hexadecimal after 0x, octal after 0, else decimal.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "mknod invocation"
 */
#include <sys/sysmacros.h>
#include "libbb.h"
#include "special.h"
#include "mknod.gen.h"

/* Ends the applet unless there are as many operands as the type needs. */
static void check_operands(char **argv)
{
	size_t given = 0, needed;

	while (argv[given])
		given++;
	needed = given >= 2 && argv[1][0] == 'p' ? 2 : 4;
	if (given < needed) {
		if (given == 2) {
			warn("missing operand after %s", quote(argv[1]));
			out_flush();
			write_all(STDERR_FILENO, "Special files require major and minor device numbers.\n",
				  54);
			die_usage(NULL);
		}
		die_missing_operand(given ? argv[given - 1] : NULL);
	}
	if (given > needed) {
		if (needed == 2 && given == 4) {
			warn("extra operand %s", quote(argv[2]));
			write_all(STDERR_FILENO, "Fifos do not have major and minor device numbers.\n", 50);
			die_usage(NULL);
		}
		die_extra_operand(argv[needed]);
	}
}

static unsigned device_number(const char *s, const char *which)
{
	uintmax_t n;
	const char *end;

	if (parse_uint_base(s, &end, 0, NULL, &n) != NUM_OK || *end || n > UINT_MAX)
		die("invalid %s device number %s", which, quote(s));
	return (unsigned)n;
}

int mknod_main(struct mknod_options *opt, char **argv)
{
	mode_t mode, type;
	dev_t device = 0;

	if (opt->context)
		warn("warning: ignoring --context; it requires an SELinux/SMACK-enabled kernel");
	mode = special_mode(opt->mode);
	check_operands(argv);
	switch (argv[1][0]) {
	case 'b':
		type = S_IFBLK;
		break;
	case 'c':
	case 'u':
		type = S_IFCHR;
		break;
	case 'p':
		type = S_IFIFO;
		break;
	default:
		die_usage("invalid device type %s", quote(argv[1]));
	}
	if (type != S_IFIFO)
		device = makedev(device_number(argv[2], "major"), device_number(argv[3], "minor"));
	if (device > UINT32_MAX) /* more than mknod(2) takes */
		die_status(1, "%s: %s", quote_maybe(argv[0]), strerror(EINVAL));
	if (special_make(argv[0], type | mode, device, opt->mode != NULL) < 0)
		die_errno("%s", quote_maybe(argv[0]));
	return 0;
}
