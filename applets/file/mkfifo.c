/* mkfifo - make named pipes
 *
 * usage: mkfifo [OPTION]... NAME...
 *
 *   -m, --mode=MODE        set the permissions, as chmod does to rw-rw-rw-, without the umask
 *   -Z                     accepted, and without effect
 *       --context[=CTX]    likewise, with a warning if there is a CTX
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 mkfifo; GNU coreutils manual, "mkfifo invocation"
 */
#include "libbb.h"
#include "special.h"
#include "mkfifo.gen.h"

int mkfifo_main(struct mkfifo_options *opt, char **names)
{
	mode_t mode;
	int status = 0;

	if (opt->context)
		warn("warning: ignoring --context; it requires an SELinux/SMACK-enabled kernel");
	if (!*names)
		die_missing_operand(NULL);
	mode = special_mode(opt->mode);
	for (; *names; names++)
		if (special_make(*names, S_IFIFO | mode, 0, opt->mode != NULL) < 0) {
			warn_errno("cannot create fifo %s", quote_file(*names));
			status = 1;
		}
	return status;
}
