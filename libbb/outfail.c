/* outfail.c - writing that fails, told in the words of some GNU tools */
#include <errno.h>
#include <unistd.h>
#include "out.h"
#include "outfail.h"
#include "run.h"

void out_check(void)
{
	int code = std_out.error;

	if (!code)
		return;
	std_out = (struct writer){ .fd = STDOUT_FILENO };
	warn_code(code, "write error");
	die("write error");
}

void out_finish(void)
{
	int code = out_flush() < 0 ? std_out.error : 0;

	if (!code)
		return;
	std_out = (struct writer){ .fd = STDOUT_FILENO };
	errno = code;
	die_errno("standard output");
}
