/* uname - print the names of the system
 *
 * usage: uname [OPTION]...
 *
 *   -a, --all                  all that is known, in this order
 *   -s, --kernel-name          the kernel's name (the default)
 *   -n, --nodename             the host name
 *   -r, --kernel-release       the kernel's release
 *   -v, --kernel-version       the kernel's version
 *   -m, --machine              the machine's architecture
 *   -p, --processor            the processor's type, which is not known
 *   -i, --hardware-platform    the platform, which is not known
 *   -o, --operating-system     the operating system
 *
 * install: /bin
 * options: pure
 * hidden: --sysname
 * hidden: --release
 * follows: POSIX.1-2024 uname; GNU coreutils manual, "uname invocation"
 */
#include <sys/utsname.h>
#include "libbb.h"
#include "uname.gen.h"

int uname_main(struct uname_options *opt, char **argv)
{
	struct utsname u;
	const char *sep = "";

	if (*argv)
		die_extra_operand(*argv);
	if (uname(&u) < 0)
		die_errno("cannot get system name");

	const struct {
		unsigned wanted;
		const char *name;
	} parts[] = {
		{ opt->all | opt->kernel_name | opt->sysname, u.sysname },
		{ opt->all | opt->nodename, u.nodename },
		{ opt->all | opt->kernel_release | opt->release, u.release },
		{ opt->all | opt->kernel_version, u.version },
		{ opt->all | opt->machine, u.machine },
		{ opt->all ? 0 : opt->processor, "unknown" },
		{ opt->all ? 0 : opt->hardware_platform, "unknown" },
		{ opt->all | opt->operating_system, "GNU/Linux" },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].wanted) {
			out_fmt("%s%s", sep, parts[i].name);
			sep = " ";
		}
	out_line(*sep ? "" : u.sysname);
	return 0;
}
