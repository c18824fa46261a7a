package supervise_test

import (
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/supervise"
)

const (
	ms = time.Millisecond
	s  = time.Second
)

type children = []supervise.Child

func TestHistories(t *testing.T) {
	for _, sc := range scenarios() {
		t.Run(sc.name, sc.play)
	}
}

func scenarios() []scenario {
	fails := life{run: 1 * s, err: errBroke}
	return []scenario{
		{
			name: "ordered start and reverse stop",
			supervisor: &supervise.Supervisor{Children: children{
				child("a", life{start: 10 * ms, linger: 30 * ms}), child("b", life{start: 20 * ms, linger: 40 * ms}), child("c"),
			}},
			stop: 1 * s,
			history: `
				10ms a: started
				30ms b: started
				30ms c: started
				1s c: stopped
				1.04s b: stopped
				1.07s a: stopped
				1.07s finished`,
		},
		{
			name:       "no children",
			supervisor: &supervise.Supervisor{Name: "idle"},
			stop:       1 * s,
			history:    `1s idle: finished`,
		},
		{
			name:       "permanent: restarted after an error",
			supervisor: &supervise.Supervisor{Children: children{child("a", fails), child("b")}},
			stop:       3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting: broke
				1s a: started
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name:       "permanent: restarted after a good end",
			supervisor: &supervise.Supervisor{Children: children{child("a", life{run: 1 * s})}},
			stop:       3 * s,
			history: `
				0s a: started
				1s a: exited
				1s a: restarting
				1s a: started
				3s a: stopped
				3s finished`,
		},
		{
			name: "transient: a panic restarts it, a good end does not",
			supervisor: &supervise.Supervisor{Children: children{
				restart(child("a", life{run: 1 * s, panics: "oh"}, life{run: 1 * s}), supervise.Transient),
			}},
			stop: 9 * s,
			history: `
				0s a: started
				1s a: exited: panic: oh
				1s a: restarting: panic: oh
				1s a: started
				2s a: exited
				9s finished`,
		},
		{
			name: "temporary: never restarted",
			supervisor: &supervise.Supervisor{Children: children{
				restart(child("a", fails), supervise.Temporary), child("b"),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				3s b: stopped
				3s finished`,
		},
		{
			name: "one for all",
			supervisor: &supervise.Supervisor{Strategy: supervise.OneForAll, Children: children{
				child("a", life{linger: 100 * ms}), child("b", fails),
				restart(child("once"), supervise.Temporary), child("c", life{linger: 200 * ms}),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				0s once: started
				0s c: started
				1s b: exited: broke
				1s b: restarting: broke
				1.2s c: stopped
				1.2s once: stopped
				1.3s a: stopped
				1.3s a: started
				1.3s b: started
				1.3s c: started
				3s c: stopped
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name: "one for all: those that had ended well come back too",
			supervisor: &supervise.Supervisor{Strategy: supervise.OneForAll, Children: children{
				restart(child("setup", life{run: 100 * ms}, life{run: 100 * ms}), supervise.Transient), child("b", fails),
			}},
			stop: 3 * s,
			history: `
				0s setup: started
				0s b: started
				100ms setup: exited
				1s b: exited: broke
				1s b: restarting: broke
				1s setup: started
				1s b: started
				1.1s setup: exited
				3s b: stopped
				3s finished`,
		},
		{
			name: "rest for one",
			supervisor: &supervise.Supervisor{Strategy: supervise.RestForOne, Children: children{
				child("a"), child("b", fails), child("c"), child("d"),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				0s c: started
				0s d: started
				1s b: exited: broke
				1s b: restarting: broke
				1s d: stopped
				1s c: stopped
				1s b: started
				1s c: started
				1s d: started
				3s d: stopped
				3s c: stopped
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name: "rest for one: one that fails while it is restarted, and those after it",
			supervisor: &supervise.Supervisor{Strategy: supervise.RestForOne, Intensity: 2, Children: children{
				child("a"), child("b", fails), child("c", life{}, life{noStart: true, err: errBroke}), child("d"),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				0s c: started
				0s d: started
				1s b: exited: broke
				1s b: restarting: broke
				1s d: stopped
				1s c: stopped
				1s b: started
				1s c: start failed: broke
				1s c: restarting: broke
				1s c: started
				1s d: started
				3s d: stopped
				3s c: stopped
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name: "one for all: one that fails while it is restarted stops those before it",
			supervisor: &supervise.Supervisor{Strategy: supervise.OneForAll, Intensity: 2, Children: children{
				child("a"), child("b", fails, life{noStart: true, err: errBroke}), child("c"),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				0s c: started
				1s b: exited: broke
				1s b: restarting: broke
				1s c: stopped
				1s a: stopped
				1s a: started
				1s b: start failed: broke
				1s b: restarting: broke
				1s a: stopped
				1s a: started
				1s b: started
				1s c: started
				3s c: stopped
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
	}
}

func TestStartHistories(t *testing.T) {
	for _, sc := range startScenarios() {
		t.Run(sc.name, sc.play)
	}
}

func startScenarios() []scenario {
	return []scenario{
		{
			name: "a child that cannot start ends the supervisor",
			supervisor: &supervise.Supervisor{Name: "top", Intensity: 9, Children: children{
				child("a", life{linger: 100 * ms}), child("b", life{start: 1 * s, noStart: true, err: errBroke}), child("c"),
			}},
			history: `
				0s top: a: started
				1s top: b: start failed: broke
				1.1s top: a: stopped
				1.1s top: finished: top: b: broke`,
			err: "top: b: broke",
		},
		{
			name:       "a child that panics while it starts",
			supervisor: &supervise.Supervisor{Children: children{child("a", life{noStart: true, panics: errBroke})}},
			history: `
				0s a: start failed: panic: broke
				0s finished: a: panic: broke`,
			err: "a: panic: broke",
		},
		{
			name: "a child that has nothing to do",
			supervisor: &supervise.Supervisor{Children: children{
				child("a", life{start: 1 * s, noStart: true}), restart(child("t", life{noStart: true}), supervise.Temporary), child("b"),
			}},
			stop: 2 * s,
			history: `
				1s a: exited
				1s t: exited
				1s b: started
				2s b: stopped
				2s finished`,
		},
		{
			name: "a child that is slow to start is stopped",
			supervisor: &supervise.Supervisor{Children: children{
				with(child("a", life{start: 9 * s}), func(c *supervise.Child) { c.StartTimeout = 2 * s }),
			}},
			history: `
				2s a: stopped
				2s a: start failed: did not start in time
				2s finished: a: did not start in time`,
			err: "a: did not start in time",
		},
		{
			name:       "told to end while a child starts",
			supervisor: &supervise.Supervisor{Children: children{child("a"), child("b", life{start: 9 * s}), child("c")}},
			stop:       3 * s,
			history: `
				0s a: started
				3s b: stopped
				3s b: start failed: stopped by its supervisor
				3s a: stopped
				3s finished`,
		},
		{
			name:       "two of one name",
			supervisor: &supervise.Supervisor{Children: children{child("a"), child("a")}},
			history:    `0s finished: a: a child of that name exists`,
			err:        "a: a child of that name exists",
		},
		{
			name:       "no function",
			supervisor: &supervise.Supervisor{Children: children{{Name: "a"}}},
			history:    `0s finished: a: a child needs a name and a function to run`,
			err:        "a: a child needs a name and a function to run",
		},
	}
}
