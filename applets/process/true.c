/* true - do nothing, successfully
 *
 * usage: true [ignored command line arguments]
 *
 * install: /bin
 * options: raw pure
 * follows: POSIX.1-2024 true; GNU coreutils manual, "true invocation"
 */
#include "libbb.h"
#include "true.gen.h"

int true_main(struct true_options *opt, char **argv)
{
	(void)opt;
	(void)argv;
	return 0;
}
