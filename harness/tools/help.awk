# Prints the targets of the Makefile with the comment beside each, and how to choose a variant.
/^# VARIANT chooses/, /^$/ { if (sub(/^# ?/, "")) notes = notes $0 "\n" }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-z][a-z-]*:.*## / {
	target = substr($0, 1, index($0, ":") - 1)
	printf "  %-14s %s\n", target, substr($0, index($0, "## ") + 3)
}
END { printf "\n%s", notes }
