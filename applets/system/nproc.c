/* nproc - print how many processors there are to use
 *
 * usage: nproc [OPTION]...
 *
 *       --all         those that are installed
 *       --ignore=N    leave N of them out, but not the last one
 *
 * Without --all it is those that this process may run on; OMP_NUM_THREADS is taken instead if it is set, and
 * OMP_THREAD_LIMIT limits both.
 *
 * install: /usr/bin
 * options: pure
 * follows: GNU coreutils manual, "nproc invocation"
 */
#include <sched.h>
#include "libbb.h"
#include "nproc.gen.h"

/* The number of an OMP_ variable (the first of a list); 0 if it has none. */
static uintmax_t from_environment(const char *name)
{
	const char *value = getenv(name), *end;
	uintmax_t n;

	if (!value || parse_uint_base(value, &end, 10, NULL, &n) == NUM_INVALID)
		return 0;
	end += strspn(end, " \t\n\v\f\r");
	return *end && *end != ',' ? 0 : n;
}

/* Counts the processors in a list as `0-3,8`, which is what the system says of those installed. */
static uintmax_t count_list(const char *s)
{
	uintmax_t count = 0, first, last;
	const char *end;

	while (parse_uint_base(s, &end, 10, NULL, &first) == NUM_OK) {
		last = first;
		if (*end == '-' && parse_uint_base(end + 1, &end, 10, NULL, &last) != NUM_OK)
			break;
		count += last - first + 1;
		if (*end != ',')
			break;
		s = end + 1;
	}
	return count;
}

static uintmax_t installed(void)
{
	int fd = open_file("/sys/devices/system/cpu/possible", O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len);
	uintmax_t n = text ? count_list(text) : 0;
	long configured = sysconf(_SC_NPROCESSORS_CONF);

	if (n == 0 && configured > 0)
		n = (uintmax_t)configured;
	return n > 0 ? n : 1;
}

/* The processors that this process may run on; their set may be larger than a cpu_set_t. */
static uintmax_t available(void)
{
	for (size_t size = 128; size <= 1 << 20; size *= 2) {
		cpu_set_t *set = arena_alloc(size);

		if (sched_getaffinity(0, size, set) == 0)
			return (uintmax_t)CPU_COUNT_S(size, set);
		if (errno != EINVAL)
			break;
	}
	return installed();
}

int nproc_main(struct nproc_options *opt, char **argv)
{
	uintmax_t n, ignore = 0, limit;

	if (opt->ignore) {
		enum num_error error = parse_uint(opt->ignore, NULL, &ignore);

		errno = EOVERFLOW;
		if (error == NUM_OVERFLOW)
			die_errno("invalid number: %s", quote(opt->ignore));
		if (error != NUM_OK)
			die("invalid number: %s", quote(opt->ignore));
	}
	if (*argv)
		die_extra_operand(*argv);
	if (opt->all) {
		n = installed();
	} else {
		limit = from_environment("OMP_THREAD_LIMIT");
		n = from_environment("OMP_NUM_THREADS");
		n = n ? n : available();
		n = limit && limit < n ? limit : n;
	}
	out_fmt("%ju\n", n > ignore ? n - ignore : 1);
	return 0;
}
