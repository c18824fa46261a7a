package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A choice is a flag that takes one of a few words.
type choice struct {
	value string
	among []string
}

// Set takes a word of the choice.
func (c *choice) Set(text string) error {
	if !slices.Contains(c.among, text) {
		return fmt.Errorf("%q is none of %s", text, strings.Join(c.among, ", "))
	}
	c.value = text
	return nil
}

// String returns the word.
func (c *choice) String() string { return c.value }

// Type is the placeholder in the help.
func (c *choice) Type() string { return strings.Join(c.among, "|") }

// choose adds a choice with its default, and its completion.
func choose(cmd *cobra.Command, c *choice, name, value, usage string, among ...string) {
	*c = choice{value, among}
	cmd.Flags().Var(c, name, usage)
	complete(cmd, name, among...)
}

// complete offers the words as values of the flag.
func complete(cmd *cobra.Command, name string, words ...string) {
	err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag was added the line before
	}
}

// A timeout is a duration that is not negative; 0 is none.
type timeout time.Duration

// Set reads the flag's value.
func (t *timeout) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no duration such as 100ms or 5s", text)
	}
	*t = timeout(d)
	return nil
}

// String writes the duration as Go does.
func (t *timeout) String() string {
	if *t == 0 {
		return ""
	}
	return time.Duration(*t).String()
}

// Type is the placeholder in the help.
func (t *timeout) Type() string { return "DURATION" }

// An index is an address in a guest's memory, in decimal or in hex behind 0x.
type index uint32

// Set reads the flag's value.
func (i *index) Set(text string) error {
	n, err := strconv.ParseUint(text, 0, 32)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is no index from 1 to 4294967295", text)
	}
	*i = index(n)
	return nil
}

// String writes the index in decimal.
func (i *index) String() string {
	if *i == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*i), 10)
}

// Type is the placeholder in the help.
func (i *index) Type() string { return "N" }

// integers is a flag that can be given several times.
type integers []int64

// Set adds a number, in decimal or in hex behind 0x.
func (n *integers) Set(text string) error {
	one, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		return fmt.Errorf("%q is no whole number", text)
	}
	*n = append(*n, one)
	return nil
}

// String writes the numbers.
func (n *integers) String() string {
	if len(*n) == 0 {
		return ""
	}
	return fmt.Sprint([]int64(*n))
}

// Type is the placeholder in the help.
func (n *integers) Type() string { return "N" }

// limitFlags bound what a guest may use.
type limitFlags struct {
	timeout   timeout
	stretch   timeout
	maxMemory size
	maxStack  size
	hostBytes size
}

func (l *limitFlags) add(cmd *cobra.Command, deadline time.Duration, what string) {
	l.timeout = timeout(deadline)
	cmd.Flags().Var(&l.timeout, "timeout", "how long "+what+" may last; 0 is no limit")
	cmd.Flags().Var(&l.maxMemory, "max-memory", "how large the guest's memory may be (default 256MiB)")
	cmd.Flags().Var(&l.maxStack, "max-stack", "how large the machine stack of a call may become (default 16MiB)")
}

// addHostBytes adds the limit of contracts under which guests call the host.
func (l *limitFlags) addHostBytes(cmd *cobra.Command) {
	cmd.Flags().Var(&l.hostBytes, "max-host-bytes", "how many bytes a call may move through host calls (default 1GiB)")
}

// addStretch adds the limit of programs that may run for ever.
func (l *limitFlags) addStretch(cmd *cobra.Command) {
	cmd.Flags().Var(&l.stretch, "stretch", "how long the program may compute without waiting for anything; 0 is no limit")
}

// grantFlags name what a guest may touch.
type grantFlags struct {
	dirs dirs
	env  vars
}

func (f *grantFlags) add(cmd *cobra.Command) {
	cmd.Flags().Var(&f.dirs, "dir", "give the guest a folder, read-only unless :rw is said (repeatable)")
	cmd.Flags().Var(&f.env, "env", "give the guest an environment variable (repeatable)")
	err := cmd.MarkFlagDirname("dir")
	if err != nil {
		panic(err) // the flag was added above
	}
}

// engineFlags choose how modules are compiled and what is said about it.
type engineFlags struct {
	mode     choice
	cacheDir string
	noCache  bool
	logLevel choice
}

func (e *engineFlags) add(cmd *cobra.Command) {
	choose(cmd, &e.mode, "engine-mode", "auto", "how modules are executed", "auto", "compiler", "interpreter")
	cmd.Flags().StringVar(&e.cacheDir, "cache-dir", "",
		"the `DIR` where compiled modules are kept (default $PATCHBAY_CACHE_DIR, else patchbay in the user's cache folder)")
	cmd.Flags().BoolVar(&e.noCache, "no-cache", false, "keep no compiled modules")
	choose(cmd, &e.logLevel, "log-level", "info", "what is said on stderr besides errors; guests log at info",
		"debug", "info", "warn", "error")
}
