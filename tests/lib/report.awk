# report.awk - judge a chunk: usage: awk -v dir=CHUNK -v parity=0|1 -f report.awk CHUNK/meta
#
# Reads CHUNK/differ (what diff -rq says of exp/ and act/) and CHUNK/skips. Prints failures with
# their differences and skips with their reasons; counts go to CHUNK/counts.

BEGIN {
	FS = "\t"
	while ((getline line <(dir "/differ")) > 0) {
		sub(/ differ$/, "", line)		# Files EXP/N.out and ACT/N.out differ
		sub(/^Only in .*: /, "/", line)		# Only in EXP: N.out
		sub(/.*\//, "", line)
		split(line, part, ".")
		differs[part[1]] = differs[part[1]] " " part[2]
	}
	while ((getline line <(dir "/skips")) > 0) {
		at = index(line, "\t")
		skipped[substr(line, 1, at - 1)] = substr(line, at + 1)
	}
	left = parity ? "GNU" : "expected"
	right = parity ? "box" : "got"
}

$1 in skipped {
	print "skip " $2 ": " $3 " # " skipped[$1]
	skips++
	next
}

$1 in differs && $4 != "" {
	print "skip " $2 ": " $3 " # deviates: " $4
	skips++
	next
}

$1 in differs {
	fails++
	heading()
	# the rest of a long row of failures is named only
	n = fails <= 25 ? split("status err out files", stream, " ") : 0
	for (i = 1; i <= n; i++)
		if (index(differs[$1] " ", " " stream[i] " "))
			show(stream[i])
	next
}

$4 != "" {
	fails++
	heading()
	print "    stale deviation: it does not differ (" $4 ")"
	next
}

{ passes++ }

END { print passes + 0, fails + 0, skips + 0 >(dir "/counts") }

function heading(command) {
	print "FAIL " $2 ": " $3
	command = $5
	sub(/\001+$/, "", command)
	gsub(/\001/, "\n    > ", command)
	print "    $ " command
	fflush()
}

function show(what) {
	fflush()
	system("diff -aNu --label '" left " " what "' --label '" right " " what "' '" dir "/exp/" $1 "." what \
		"' '" dir "/act/" $1 "." what "' | cut -b -400 | sed -e 's/^/    /' -e '41{s/.*/    .../;q;}'")
}
